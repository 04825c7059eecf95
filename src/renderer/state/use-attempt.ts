import { onScopeDispose, ref } from 'vue';
import { toFailure, type Failure } from '../api/errors.ts';
import { useNotices } from './notices.ts';

/**
 * Runs what a button starts: one action at a time, with what it failed with.
 *
 * `inDialog`: the page has no place for a failure, so the window's dialog shows it.
 * Note: of a component that has left the page nothing is steered any more, and a failure is still told, in the dialog.
 */
export function useAttempt({ inDialog = false } = {}) {
  const notices = useNotices();
  const busy = ref(false);
  const failure = ref<Failure | null>(null);
  let isHere = true;
  onScopeDispose(() => (isHere = false));

  /** Does nothing while an action runs; `then` is part of the action and runs only while the component is on the page. */
  async function attempt<T>(action: () => Promise<T>, then?: (result: T) => unknown): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      const result = await action();
      if (isHere) await then?.(result);
    } catch (thrown) {
      if (isHere && !inDialog) failure.value = toFailure(thrown);
      else notices.failure = toFailure(thrown);
    } finally {
      busy.value = false;
    }
  }

  return { busy, failure, attempt };
}
