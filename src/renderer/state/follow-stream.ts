const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/**
 * Runs a subscription again whenever it breaks, until it says `done` or the signal is aborted.
 *
 * Note: the wait doubles up to five seconds, so a host that is away is not flooded.
 */
export async function followStream(signal: AbortSignal, subscribe: () => Promise<'done' | 'again'>): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      if ((await subscribe()) === 'done') return;
      waitMs = FIRST_WAIT_MS;
    } catch {
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
    if (!signal.aborted) await pause(waitMs, signal);
  }
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
