import { ERROR_CODES, type ErrorCode } from './codes.ts';

/** What crosses a process boundary: plain data, no stack, no patient-derived value. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

/**
 * The one error type of the workbench.
 *
 * The message reads: subject, fact, expectation, next step.
 * `pbmc.h5ad: obs/cell_type has 312 empty values; choose another label column or drop those cells.`
 */
export class WorkbenchError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'WorkbenchError';
    this.code = code;
    this.details = options.details;
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code].exitStatus;
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, ...(this.details ? { details: this.details } : {}) };
  }

  static fromData(data: ErrorData): WorkbenchError {
    return new WorkbenchError(data.code, data.message, data.details ? { details: data.details } : {});
  }
}

/** What the system means when it finds nothing at a path. */
const NOWHERE = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
};

/** Wraps anything thrown, once; a `WorkbenchError` passes through and the cause is kept. */
export function toWorkbenchError(thrown: unknown, subject = 'GeneCompass Workbench'): WorkbenchError {
  if (thrown instanceof WorkbenchError) return thrown;
  if ((thrown as { name?: unknown } | null)?.name === 'AbortError') {
    return new WorkbenchError('cancelled', `${subject}: stopped; what was finished is kept.`, { cause: thrown });
  }
  const systemCode = (thrown as { code?: unknown } | null)?.code;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  switch (systemCode) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG': {
      const path = (thrown as { path?: unknown }).path;
      const where = typeof path === 'string' && path !== subject ? ` (${path})` : '';
      return new WorkbenchError(
        'not-found',
        `${subject}: ${NOWHERE[systemCode]}${where}; check the path and try again.`,
        { cause: thrown },
      );
    }
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return new WorkbenchError(
        'resource',
        `${subject}: the disk is full (${reason}); nothing already saved is lost. Free some space and run it again.`,
        { cause: thrown },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'SQLITE_READONLY':
      return new WorkbenchError(
        'resource',
        `${subject}: not permitted (${reason}); choose a folder you may write to.`,
        {
          cause: thrown,
        },
      );
    default:
      return new WorkbenchError('internal', `${subject}: ${reason}`, { cause: thrown });
  }
}
