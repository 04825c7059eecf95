import { defineStore } from 'pinia';
import { ref } from 'vue';
import { toFailure, type Failure } from '../api/errors.ts';

/** Messages that are not tied to one place of the page. */
export const useNotices = defineStore('notices', () => {
  const failure = ref<Failure | null>(null);
  const message = ref<string | null>(null);

  /** Runs an action; a failure is shown, not thrown, and gives `undefined`. */
  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (thrown) {
      failure.value = toFailure(thrown);
      return undefined;
    }
  }

  function say(text: string): void {
    message.value = text;
  }

  return { failure, message, attempt, say };
});
