import { fromOrpc } from '#shared/errors/from-orpc.ts';
import type { ErrorData } from '#shared/errors/workbench-error.ts';

/** What a person is told about a failure. */
export type Failure = ErrorData;

interface BadRequest {
  code?: unknown;
  data?: { issues?: { message?: string; path?: PropertyKey[] }[] };
}

/** Errors of the host as data; input that a schema refused names its fields. */
export function toFailure(thrown: unknown): Failure {
  const { code, data } = (thrown ?? {}) as BadRequest;
  const failure = fromOrpc(thrown).toData();
  if (code !== 'BAD_REQUEST' || !data?.issues?.length) return failure;
  const lines = data.issues.map((issue) => `${(issue.path ?? []).join('.')}: ${issue.message ?? ''}`);
  return { ...failure, message: lines.join('; ') };
}
