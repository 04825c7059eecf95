import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CheckpointSummary, ImportResult } from './summary.ts';

export interface ImportRequest {
  /** Holds `config.json`, the weights and, there or in direct subfolders, the token files. */
  readonly folder: string;
  /** Written whole or not at all. */
  readonly outFile: string;
  /** What the model card calls the model. */
  readonly title?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
}

/** What a checkpoint folder holds, from headers and small files only. */
export function inspectCheckpoint(folder: string): CheckpointSummary {
  throw new WorkbenchError('unavailable', `${folder}: reading checkpoints tensor by tensor is not installed yet.`);
}

/** Converts a published checkpoint to the workbench's own file, tensor by tensor. */
export async function importPublished(request: ImportRequest): Promise<ImportResult> {
  return await Promise.reject(
    new WorkbenchError('unavailable', `${request.folder}: reading checkpoints tensor by tensor is not installed yet.`),
  );
}
