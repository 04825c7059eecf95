import { nextTick, onScopeDispose, watch } from 'vue';

/** When a dialog closes, the focus goes back to where it was when the dialog opened, if that is still on the page. */
export function useReturnFocus(isOpen: () => boolean): void {
  let before: HTMLElement | null = null;

  function giveBack(): void {
    const target = before;
    before = null;
    if (target) void nextTick(() => target.isConnected && target.focus());
  }

  watch(
    isOpen,
    (open) => {
      if (open) before = document.activeElement as HTMLElement | null;
      else giveBack();
    },
    { immediate: true, flush: 'sync' },
  );
  onScopeDispose(giveBack);
}
