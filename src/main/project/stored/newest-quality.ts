import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '../artifacts.ts';

/** The newest quality check of a dataset that fits; null without one. */
export function newestQuality(
  artifacts: ArtifactStore,
  dataset: ArtifactId,
  fits: (check: ArtifactManifest) => boolean = () => true,
): ArtifactManifest | null {
  const ofDataset = artifacts.list({ kind: 'quality' }).filter(({ inputs }) => inputs.includes(dataset));
  return ofDataset.findLast(fits) ?? null;
}

/**
 * The quality check whose doublet scores a rule asks for: the one that is named, or the newest that has them.
 *
 * Throws: `invalid-input` where there is none, or where it is of another dataset or without scores.
 */
export function qualityWithScores(
  artifacts: ArtifactStore,
  dataset: ArtifactManifest,
  named?: string,
): ArtifactManifest {
  const fits = ({ inputs, summary }: ArtifactManifest) =>
    inputs.includes(dataset.id) && summary.doubletsScored === true;
  const next = `run "gcw dataset check --dataset ${dataset.id.slice(0, 12)}" first, or leave out the rule on the doublet score`;
  if (named !== undefined) {
    const check = artifacts.get(named);
    if (fits(check)) return check;
    throw new WorkbenchError(
      'invalid-input',
      `${check.title}: it holds no doublet scores of ${dataset.title}; choose another quality check, ${next}.`,
    );
  }
  const newest = artifacts.list({ kind: 'quality' }).findLast(fits);
  if (newest) return newest;
  throw new WorkbenchError(
    'invalid-input',
    `${dataset.title}: a rule asks for the highest doublet score, but doublets were not scored; ${next}.`,
  );
}
