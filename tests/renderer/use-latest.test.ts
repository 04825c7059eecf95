// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { useNotices } from '../../src/renderer/state/notices.ts';
import { useLatest } from '../../src/renderer/state/use-latest.ts';

beforeEach(() => setActivePinia(createPinia()));

const refused = new WorkbenchError('not-found', 'Gene PAX66: the dataset has no such gene; look at its spelling.');

describe('the latest question', () => {
  it('alone is answered, whichever answer comes first', async () => {
    const { asking, ask } = useLatest();
    const shown: (string | null)[] = [];
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const both = [
      ask(
        () => first.promise,
        (answer) => shown.push(answer),
      ),
      ask(
        () => second.promise,
        (answer) => shown.push(answer),
      ),
    ];
    second.resolve('second');
    await both[1];
    expect([shown, asking.value]).toEqual([['second'], false]);
    first.resolve('first');
    await Promise.all(both);
    expect(shown).toEqual(['second']);
  });

  it('is busy while an overtaken one ends', async () => {
    const { asking, ask } = useLatest();
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const overtaken = ask(
      () => first.promise,
      () => undefined,
    );
    const latest = ask(
      () => second.promise,
      () => undefined,
    );
    first.reject(refused);
    await overtaken;
    expect([asking.value, useNotices().failure]).toEqual([true, null]);
    second.resolve('');
    await latest;
    expect(asking.value).toBe(false);
  });

  it.each([true, false])('that failed gives no answer, and is told in its place: %s', async (inPlace) => {
    const { failure, ask } = useLatest({ inPlace });
    const shown: unknown[] = ['before'];
    await ask(
      () => Promise.reject(refused),
      (answer) => shown.push(answer),
    );
    expect(shown).toEqual(['before', null]);
    expect(failure.value).toEqual(inPlace ? refused.toData() : null);
    expect(useNotices().failure).toEqual(inPlace ? null : refused.toData());
    await ask(
      () => Promise.resolve('found'),
      (answer) => shown.push(answer),
    );
    expect([shown.at(-1), failure.value]).toEqual(['found', null]);
  });

  it('can be dropped', async () => {
    const { asking, ask, drop } = useLatest({ inPlace: true });
    const question = Promise.withResolvers<string>();
    const shown: unknown[] = [];
    const running = ask(
      () => question.promise,
      (answer) => shown.push(answer),
    );
    drop();
    expect(asking.value).toBe(false);
    question.resolve('late');
    await running;
    expect(shown).toEqual([]);
  });
});
