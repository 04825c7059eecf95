import { ERROR_CODES, type ErrorCode } from './codes.ts';
import { toWorkbenchError, WorkbenchError } from './workbench-error.ts';

interface CallFailure {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  data?: unknown;
}

/**
 * The error a caller of the contract sees, whatever way it came.
 *
 * Note: looks at the shape only, so that the renderer needs no server code and a second copy of the library does no harm.
 */
export function fromOrpc(thrown: unknown): WorkbenchError {
  if (thrown instanceof WorkbenchError) return thrown;
  const { name, code, message, data } = (thrown ?? {}) as CallFailure;
  const text = typeof message === 'string' ? message : String(thrown);
  if (isErrorCode(code)) {
    const details = typeof data === 'object' && data !== null ? { details: data as Record<string, unknown> } : {};
    return new WorkbenchError(code, text, { ...details, cause: thrown });
  }
  if (typeof code === 'string' && Object.hasOwn(PROTOCOL_CODES, code))
    return new WorkbenchError(PROTOCOL_CODES[code], text, { cause: thrown });
  if (isLostConnection(thrown, text)) {
    return new WorkbenchError(
      'unavailable',
      'GeneCompass Workbench: the connection to its host is lost; jobs go on. Start the workbench again or reload the page.',
      { cause: thrown },
    );
  }
  if (name === 'AbortError')
    return new WorkbenchError('cancelled', 'GeneCompass Workbench: cancelled before it was finished.', {
      cause: thrown,
    });
  return toWorkbenchError(thrown);
}

/** What the library itself answers before a service is reached. */
const PROTOCOL_CODES: Record<string, ErrorCode> = {
  BAD_REQUEST: 'invalid-input',
  NOT_FOUND: 'unsupported',
  INTERNAL_SERVER_ERROR: 'internal',
};

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

/** Calls that wait when a socket or port closes end in the message queue of the library. */
function isLostConnection(thrown: unknown, text: string): boolean {
  return thrown instanceof Error && /websocket is not open|\[AsyncIdQueue\]/i.test(text);
}
