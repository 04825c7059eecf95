// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { afterEach, expect, it } from 'vitest';
import { nextTick, ref } from 'vue';
import { useReturnFocus } from '../../src/renderer/state/use-return-focus.ts';

const Dialog = {
  props: ['open'],
  setup: (props: { open: boolean }) => useReturnFocus(() => props.open),
  template: '<button v-if="open" id="inside">inside</button>',
};

function page(isKept: boolean) {
  const open = ref(false);
  const shell = mount(
    {
      components: { Dialog },
      setup: () => ({ open, isKept }),
      template: '<button id="outside">outside</button><Dialog v-if="isKept || open" :open="open" />',
    },
    { attachTo: document.body },
  );
  const focus = (id: string) => document.getElementById(id)!.focus();
  return { open, shell, focus };
}

afterEach(() => (document.body.innerHTML = ''));

it.each([
  ['closes', true],
  ['is taken off the page', false],
])('the focus goes back when a dialog %s', async (_how, isKept) => {
  const { open, shell, focus } = page(isKept);
  focus('outside');
  open.value = true;
  await nextTick();
  focus('inside');
  open.value = false;
  await nextTick();
  await nextTick();
  expect(document.activeElement?.id).toBe('outside');
  shell.unmount();
});

it('nothing is asked of what has left the page', async () => {
  const { open, shell, focus } = page(true);
  focus('outside');
  open.value = true;
  await nextTick();
  document.getElementById('outside')!.remove();
  open.value = false;
  await nextTick();
  await nextTick();
  expect(document.activeElement).toBe(document.body);
  shell.unmount();
});
