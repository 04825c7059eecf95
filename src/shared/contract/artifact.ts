import { z } from 'zod';
import { ArtifactKind, ArtifactManifest } from '../domain/artifact.ts';
import { ArtifactRef, procedure } from './base.ts';

export const Provenance = z.object({
  artifact: ArtifactManifest,
  /** Everything it was made from, oldest first. */
  chain: z.array(ArtifactManifest),
  /** A paragraph for a paper's methods section. */
  methods: z.string(),
  /** Commands that make it again. */
  commands: z.array(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;

export const artifact = {
  list: procedure({ help: 'Everything the project keeps.' })
    .input(z.object({ kind: ArtifactKind.optional() }))
    .output(z.array(ArtifactManifest)),
  get: procedure({ help: 'One artifact: what it is, how it was made, from what.' })
    .input(z.object({ id: ArtifactRef }))
    .output(ArtifactManifest),
  provenance: procedure({ help: 'Methods paragraph and commands that make an artifact again.' })
    .input(z.object({ id: ArtifactRef }))
    .output(Provenance),
  delete: procedure({ help: 'Delete an artifact that nothing else was made from.' })
    .input(z.object({ id: ArtifactRef }))
    .output(z.object({})),
};
