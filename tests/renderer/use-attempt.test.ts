// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { effectScope } from 'vue';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { useNotices } from '../../src/renderer/state/notices.ts';
import { useAttempt } from '../../src/renderer/state/use-attempt.ts';

beforeEach(() => setActivePinia(createPinia()));

/** An action that ends when the test says so. */
function held<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let calls = 0;
  return { action: () => (calls++, promise), resolve, reject, calls: () => calls };
}

function onPage(options?: Parameters<typeof useAttempt>[0]) {
  const page = effectScope();
  return { ...page.run(() => useAttempt(options))!, leave: () => page.stop() };
}

const refused = new WorkbenchError('conflict', 'demo.gcwproj: it is open elsewhere; close it there.');

describe('an attempt', () => {
  it('is busy until the action and what follows it have ended', async () => {
    const { busy, failure, attempt } = onPage();
    const [first, second] = [held<string>(), held<void>()];
    const given: string[] = [];
    const running = attempt(first.action, (result) => (given.push(result), second.action()));
    expect(busy.value).toBe(true);
    first.resolve('made');
    await Promise.resolve();
    expect(given).toEqual(['made']);
    expect(busy.value).toBe(true);
    second.resolve();
    await running;
    expect([busy.value, failure.value]).toEqual([false, null]);
  });

  it('starts nothing on a second click while it is busy', async () => {
    const { attempt } = onPage();
    const work = held<void>();
    const running = attempt(work.action);
    await attempt(work.action);
    expect(work.calls()).toBe(1);
    work.resolve();
    await running;
    await attempt(work.action);
    expect(work.calls()).toBe(2);
  });

  it('shows what it failed with, where it was started, until the next attempt', async () => {
    const { busy, failure, attempt } = onPage();
    await attempt(() => Promise.reject(refused));
    expect([busy.value, failure.value]).toEqual([false, refused.toData()]);
    expect(useNotices().failure).toBeNull();
    const again = held<void>();
    const running = attempt(again.action);
    expect(failure.value).toBeNull();
    again.resolve();
    await running;
    expect(failure.value).toBeNull();
  });

  it('shows a failure in the dialog where the page has no place for it', async () => {
    const { failure, attempt } = onPage({ inDialog: true });
    await attempt(() => Promise.reject(refused));
    expect([failure.value, useNotices().failure]).toEqual([null, refused.toData()]);
  });

  it('steers nothing after its component has left the page', async () => {
    const { busy, attempt, leave } = onPage();
    const work = held<void>();
    let isSteered = false;
    const running = attempt(work.action, () => (isSteered = true));
    leave();
    work.resolve();
    await running;
    expect([isSteered, busy.value]).toEqual([false, false]);
  });

  it('tells a failure in the dialog after its component has left the page', async () => {
    const { failure, attempt, leave } = onPage();
    const work = held<void>();
    const running = attempt(work.action);
    leave();
    work.reject(refused);
    await running;
    expect([failure.value, useNotices().failure]).toEqual([null, refused.toData()]);
  });
});
