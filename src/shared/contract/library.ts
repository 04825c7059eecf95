import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { ArtifactId } from '../domain/ids.ts';
import { JobProgress } from '../domain/job.ts';
import {
  CheckpointInput,
  CheckpointReport,
  LibraryChoice,
  LibraryEntry,
  LibraryModel,
  LibraryModelId,
  ModelImportConfig,
  ModelRemoveConfig,
  ModelUseConfig,
} from '../domain/library.ts';
import { procedure } from './base.ts';

/** What work without a project tells: how far it is, as often as it likes, and its result as the last thing. */
export function workEvents<T extends z.ZodType>(result: T) {
  return eventIterator(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('progress'), progress: JobProgress }),
      z.object({ type: z.literal('done'), result }),
    ]),
  );
}

/** A library model with its card as a text for people. */
export const ModelCardText = z.object({
  model: LibraryModel,
  fileName: z.string(),
  mediaType: z.string(),
  content: z.string(),
});
export type ModelCardText = z.infer<typeof ModelCardText>;

export const ModelImported = ModelCardText.extend({
  id: LibraryModelId,
  /** False where the library already held the same model. */
  isNew: z.boolean(),
});
export type ModelImported = z.infer<typeof ModelImported>;

export const ModelUsed = z.object({
  modelId: ArtifactId,
  /** Null where the model came without a token dictionary. */
  vocabularyId: ArtifactId.nullable(),
  title: z.string(),
  warnings: z.array(z.string()),
});
export type ModelUsed = z.infer<typeof ModelUsed>;

/** Imported models, kept outside of every project. Part of the namespace `model`. */
export const library = {
  inspect: procedure({ help: 'Say what a checkpoint folder holds, without importing it.', withoutProject: true })
    .input(CheckpointInput)
    .output(CheckpointReport),
  import: procedure({
    help: 'Check a published checkpoint and keep it in the model library of this computer.',
    withoutProject: true,
    tellsProgress: true,
  })
    .input(ModelImportConfig)
    .output(workEvents(ModelImported)),
  library: procedure({ help: 'Imported models on this computer.', withoutProject: true }).output(z.array(LibraryEntry)),
  show: procedure({ help: 'The card of an imported model: what it is and where it came from.', withoutProject: true })
    .input(LibraryChoice)
    .output(ModelCardText),
  verify: procedure({
    help: 'Read every file of an imported model again and compare it with what was stored.',
    withoutProject: true,
    tellsProgress: true,
  })
    .input(LibraryChoice)
    .output(workEvents(z.object({ id: LibraryModelId, title: z.string(), intact: z.literal(true) }))),
  remove: procedure({ help: 'Delete an imported model from this computer.', withoutProject: true })
    .input(ModelRemoveConfig)
    .output(z.object({ id: LibraryModelId, title: z.string() })),
  use: procedure({ help: 'Make an imported model, and its token dictionary, usable in the project.' })
    .input(ModelUseConfig)
    .output(ModelUsed),
};
