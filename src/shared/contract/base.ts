import { oc } from '@orpc/contract';
import { z } from 'zod';
import { errorCodes, type ErrorCode } from '../errors/codes.ts';
import { JobId } from '../domain/ids.ts';

/** What every host knows about a procedure besides its schemas. */
export interface ProcedureMeta {
  /** One sentence: help of the command line, tooltip of the command palette. */
  help: string;
  /** The output is `{ jobId }`; the command line follows the job to its end. */
  startsJob?: boolean;
  /** The output is a stream of `progress` that ends with `done`; the command line follows it and prints the result. */
  tellsProgress?: boolean;
  /** Works without an open project. */
  withoutProject?: boolean;
  /** Not offered on the command line (streams, dialogs). */
  notOnCommandLine?: boolean;
  /** Words of the command where they are not namespace and procedure. */
  command?: string;
  /**
   * The output is a verdict with `failure` (an error or null): the command line prints it as one JSON document and ends
   * with the status of the failure.
   */
  isVerdict?: boolean;
}

const errorMap = Object.fromEntries(
  errorCodes.map((code) => [code, { data: z.record(z.string(), z.unknown()).optional() }]),
) as Record<ErrorCode, { data: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodUnknown>> }>;

const builder = oc.$meta<ProcedureMeta>({ help: '' }).errors(errorMap);

/** A procedure with its help; all of them share the closed error table. */
export function procedure(meta: ProcedureMeta) {
  return builder.meta(meta);
}

/** A full artifact id, an unambiguous beginning of one, or `latest` (the newest of its kind). */
export const ArtifactRef = z.string().min(1).max(64);

export const StartedJob = z.object({ jobId: JobId });
