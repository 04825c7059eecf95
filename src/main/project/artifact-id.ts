import { createHash } from 'node:crypto';
import type { ArtifactKind, BlobInfo } from '#shared/domain/artifact.ts';
import { ArtifactId } from '#shared/domain/ids.ts';
import { stableJson } from '#shared/util/stable-json.ts';

/** How something is made: the same recipe on the same inputs is the same work. */
export interface Recipe {
  kind: ArtifactKind;
  /** Command of the step, e.g. `dataset import`. */
  step: string;
  stepVersion: number;
  config: Record<string, unknown>;
  inputs: readonly ArtifactId[];
}

/** Hash of kind, step, step version, configuration and inputs. */
export function recipeHash({ kind, step, stepVersion, config, inputs }: Recipe): string {
  return sha256(stableJson({ kind, step, stepVersion, config, inputs }));
}

/** Hash of the recipe and of the content that came out, blobs by name. */
export function artifactId(recipe: Recipe, blobs: readonly BlobInfo[]): ArtifactId {
  const { kind, step, stepVersion, config, inputs } = recipe;
  const content = blobs.map(({ name, sha256 }) => ({ name, sha256 })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return ArtifactId.parse(sha256(stableJson({ kind, content, step, stepVersion, config, inputs })));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
