import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';

/** What a person is told about a failure. */
export interface Failure {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

interface Thrown {
  code?: unknown;
  message?: unknown;
  data?: { issues?: { message?: string; path?: PropertyKey[] }[] } & Record<string, unknown>;
}

/** Errors of the host keep their code; bad input names its fields; a lost connection is `unavailable`. */
export function toFailure(thrown: unknown): Failure {
  const error = (thrown ?? {}) as Thrown;
  const message = typeof error.message === 'string' ? error.message : String(thrown);
  if (typeof error.code === 'string' && error.code in ERROR_CODES)
    return { code: error.code as ErrorCode, message, ...(error.data ? { details: error.data } : {}) };
  if (error.code === 'BAD_REQUEST') {
    const issues = (error.data?.issues ?? []).map((issue) => `${(issue.path ?? []).join('.')}: ${issue.message ?? ''}`);
    return { code: 'invalid-input', message: issues.join('; ') || message };
  }
  return { code: isConnectionLoss(error) ? 'unavailable' : 'internal', message };
}

function isConnectionLoss(error: Thrown): boolean {
  return /closed|disconnect|network|abort/i.test(typeof error.message === 'string' ? error.message : '');
}
