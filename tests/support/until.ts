import { vi } from 'vitest';

/** Waits until a check passes: as long as a busy machine may take, since the second that Vitest waits by itself is too short there. */
export const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 20_000 });
