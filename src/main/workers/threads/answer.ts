import { parentPort } from 'node:worker_threads';
import { type ErrorData, toWorkbenchError } from '#shared/errors/workbench-error.ts';

export type FromThread =
  | { type: 'ready' }
  | { type: 'done'; result: unknown }
  /** It answers no more. */
  | { type: 'failed'; error: ErrorData };

/** Serves the questions of this thread; `answer` gives undefined for what is told and not asked. */
export function serve<To>(answer: (message: To) => unknown): void {
  parentPort!.on('message', (message: To) => {
    try {
      const result = answer(message);
      if (result !== undefined) tell({ type: 'done', result }, buffersOf(result));
    } catch (thrown) {
      tell({ type: 'failed', error: toWorkbenchError(thrown).toData() });
    }
  });
  tell({ type: 'ready' });
}

function tell(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

/** Arrays of a result, and those one level below, are handed over, not copied. */
function buffersOf(result: unknown): ArrayBuffer[] {
  const arrays = [result, ...Object.values((result as object | null) ?? {})].flatMap((part) =>
    part && typeof part === 'object' && !ArrayBuffer.isView(part) && !(part instanceof Map)
      ? Object.values(part)
      : [part],
  );
  const own = arrays.flatMap((value: unknown) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
  return [...new Set(own)];
}
