/** Wakes one waiting reader; a call while it does not wait is remembered, any number of calls as one. */
export class Waiter {
  #isSet = false;
  #wake: (() => void) | null = null;

  set(): void {
    this.#isSet = true;
    this.#wake?.();
  }

  /** Returns at once where `set` was called since the last wait; false when the signal was aborted. */
  async wait(signal?: AbortSignal, timeoutMs?: number): Promise<boolean> {
    if (!this.#isSet && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
      const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
      await promise;
      clearTimeout(timer);
      this.#wake = null;
    }
    this.#isSet = false;
    return !signal?.aborted;
  }
}
