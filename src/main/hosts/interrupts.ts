/** One key press may reach the program twice: from the terminal and from the npm script around it. */
const SAME_PRESS_MS = 300;

interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Calls the listener once for each interrupt; returns how to stop that. */
export function listenToInterrupts(
  source: SignalSource,
  listener: () => void,
  now: () => number = () => performance.now(),
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    const at = now();
    if (at - last >= SAME_PRESS_MS) {
      last = at;
      listener();
    }
  };
  source.on('SIGINT', onSignal);
  source.on('SIGTERM', onSignal);
  return () => {
    source.off('SIGINT', onSignal);
    source.off('SIGTERM', onSignal);
  };
}
