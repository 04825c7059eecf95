import { z } from 'zod';
import { ArtifactId } from './ids.ts';

/** Everything a project keeps is one of these. */
export const ArtifactKind = z.enum([
  'dataset',
  'quality',
  'tokens',
  'vocabulary',
  'prior',
  'layout',
  'markers',
  'labels',
  'model',
  'evaluation',
  'lab-results',
  'embeddings',
  'screen',
  'ranking',
  'consensus',
  'follow-up',
]);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

export const BlobInfo = z.object({
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string(),
});
export type BlobInfo = z.infer<typeof BlobInfo>;

/** What an artifact is, how it was made and from what. */
export const ArtifactManifest = z.object({
  id: ArtifactId,
  kind: ArtifactKind,
  title: z.string(),
  step: z.string(),
  stepVersion: z.number().int(),
  config: z.record(z.string(), z.unknown()),
  inputs: z.array(ArtifactId),
  blobs: z.array(BlobInfo),
  /** Small results shown in lists: counts, accuracies, names. Never a restricted column's values. */
  summary: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
});
export type ArtifactManifest = z.infer<typeof ArtifactManifest>;
