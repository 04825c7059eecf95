import { mapEventIterator } from '@orpc/client';
import { ORPCError, os } from '@orpc/server';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { issueMessage, wordIssues, type RawIssue } from './issue-words.ts';

/**
 * Turns everything a service throws into a typed error of the contract, streams included.
 *
 * A `WorkbenchError` keeps code, message and details; refused input becomes `invalid-input` in the words of its fields;
 * anything else becomes `internal`, whose message says nothing of what happened inside, because that may quote data. The
 * thrown error stays as `cause`, which never leaves the process.
 */
export const plainErrors = os.middleware(async ({ next, path, procedure, signal }) => {
  const schema = (procedure['~orpc'] as { inputSchema?: unknown }).inputSchema;
  const plain = (thrown: unknown): unknown =>
    toContractError(thrown, { path, schema, isAborted: signal?.aborted ?? false });
  try {
    const result = await next();
    if (!isEventIterator(result.output)) return result;
    const output: unknown = mapEventIterator(result.output, {
      value: (value) => Promise.resolve(value),
      error: (thrown) => Promise.resolve(plain(thrown)),
    });
    return { ...result, output: output as typeof result.output };
  } catch (thrown) {
    throw plain(thrown);
  }
});

interface CallPlace {
  path: readonly string[];
  schema: unknown;
  isAborted: boolean;
}

function toContractError(thrown: unknown, { path, schema, isAborted }: CallPlace): unknown {
  if (isAborted && (thrown as { name?: unknown } | null)?.name === 'AbortError') return thrown;
  if (thrown instanceof ORPCError) {
    if (thrown.code === 'BAD_REQUEST') return refusedInput(thrown, schema);
    if (thrown.code !== 'INTERNAL_SERVER_ERROR') return thrown;
    return internal(path, thrown);
  }
  const error = toWorkbenchError(thrown);
  if (error.code === 'internal' && !(thrown instanceof WorkbenchError)) return internal(path, thrown);
  return new ORPCError(error.code, { message: error.message, data: error.details, cause: thrown });
}

/** Without the cause: it holds the refused input. */
function refusedInput(thrown: ORPCError<string, unknown>, schema: unknown): unknown {
  const issues = wordIssues(schema, (thrown.data as { issues?: RawIssue[] } | undefined)?.issues ?? []);
  return new ORPCError('invalid-input', { message: issueMessage(issues), data: { issues } });
}

function internal(path: readonly string[], cause: unknown): unknown {
  return new ORPCError('internal', {
    message: `${path.join('.')}: a defect of the workbench stopped it; nothing saved is lost. Try again, and report it if it comes back.`,
    cause,
  });
}

function isEventIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}
