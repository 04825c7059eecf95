import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Refuses a dataset that holds relative expression, as one made from tokens does. Throws: unsupported. */
export function requireRawCounts({ title, summary }: ArtifactManifest): void {
  if (summary.content !== 'relative') return;
  throw new WorkbenchError(
    'unsupported',
    `${title}: it was imported as tokens and has no counts, its cells are prepared already; go on with its tokens, or import the counts they were made from.`,
  );
}
