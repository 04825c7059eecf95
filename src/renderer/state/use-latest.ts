import { ref } from 'vue';
import { toFailure, type Failure } from '../api/errors.ts';
import { useNotices } from './notices.ts';

/**
 * Asks the host for what a page shows: a question overtakes the one before, whose answer is then dropped.
 *
 * `inPlace`: the page shows a failure itself; otherwise the window's dialog does.
 */
export function useLatest({ inPlace = false } = {}) {
  const notices = useNotices();
  const asking = ref(false);
  const failure = ref<Failure | null>(null);
  let latest = 0;

  /** `then` gets the answer, or null where there is none; it is not called for a question that was overtaken. */
  async function ask<T>(question: () => Promise<T>, then: (answer: T | null) => void): Promise<void> {
    const mine = ++latest;
    asking.value = true;
    failure.value = null;
    let answer: T | null = null;
    try {
      answer = await question();
    } catch (thrown) {
      if (mine !== latest) return;
      if (inPlace) failure.value = toFailure(thrown);
      else notices.failure = toFailure(thrown);
    }
    if (mine !== latest) return;
    asking.value = false;
    then(answer);
  }

  /** Nothing is asked any more. */
  function drop(): void {
    latest++;
    asking.value = false;
    failure.value = null;
  }

  return { asking, failure, ask, drop };
}
