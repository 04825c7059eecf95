import { z } from 'zod';
import { ArtifactKind, ArtifactManifest } from '../domain/artifact.ts';
import { field } from '../domain/field.ts';
import { ArtifactId, JobId } from '../domain/ids.ts';
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

/** What hangs on an artifact. */
export const Dependents = z.object({
  /** Everything that was made from it, directly or through others, newest first. */
  artifacts: z.array(ArtifactManifest),
  /** What it and they take of the project file. */
  sizeBytes: z.number(),
  /** Jobs that wait, run or rest and need one of them. */
  jobs: z.array(z.object({ id: JobId, title: z.string() })),
});
export type Dependents = z.infer<typeof Dependents>;

export const DeleteConfig = z.object({
  id: field(ArtifactRef, { title: 'Artifact', help: 'What is deleted; the files it was imported from stay.' }),
  withDependents: field(z.boolean().default(false), {
    title: 'Delete what was made from it too',
    help: 'Everything that was made from it, directly or through others, cannot stay without it.',
  }),
  why: field(z.string().max(500).optional(), { title: 'Reason', help: 'Kept in the audit log beside the deletion.' }),
});
export type DeleteConfig = z.infer<typeof DeleteConfig>;

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
  dependents: procedure({ help: 'What was made from an artifact, which jobs need it, and how much space they take.' })
    .input(z.object({ id: ArtifactRef }))
    .output(Dependents),
  delete: procedure({ help: 'Delete an artifact, alone or with everything that was made from it.' })
    .input(DeleteConfig)
    .output(z.object({ deleted: z.array(ArtifactId) })),
};
