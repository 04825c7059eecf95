import { z } from 'zod';
import { field } from './field.ts';
import { ModelConfig, ValueEncoding } from './model.ts';

/** Hash of the files a model was imported from, 32 hexadecimal digits: the same checkpoint has the same id everywhere. */
export const LibraryModelId = z.string().regex(/^[0-9a-f]{32}$/, 'the id of a library model has 32 hexadecimal digits');
export type LibraryModelId = z.infer<typeof LibraryModelId>;

/** A full id, an unambiguous beginning of one, or `latest`. */
export const LibraryRef = z.string().min(1).max(32);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const LibraryFile = z.object({
  name: z.string().min(1),
  sizeBytes: z.number().int().nonnegative(),
  sha256: Sha256,
});
export type LibraryFile = z.infer<typeof LibraryFile>;

/** What a checkpoint folder holds, told from its headers. */
export const CheckpointReport = z.object({
  fileName: z.string(),
  format: z.enum(['pytorch', 'safetensors']),
  sizeBytes: z.number().int(),
  /** How expression values enter; Base takes the plain number. */
  layout: ValueEncoding,
  config: ModelConfig.omit({ vocabularyHash: true }),
  heads: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('masked') }),
    z.object({ kind: z.literal('classifier'), classes: z.number().int() }),
    z.object({ kind: z.literal('none') }),
  ]),
  /** Tied tensors and buffers included. */
  nTensors: z.number().int(),
  nElements: z.number().int(),
  nUniqueBytes: z.number(),
  /** Trained numbers, tied ones once. */
  nParameters: z.number().int(),
  /** Tensors and elements are those of the published Base. */
  matchesBase: z.boolean(),
  ties: z.array(
    z.object({
      names: z.array(z.string()),
      how: z.enum(['same storage', 'equal bytes', 'stored once', 'not compared']),
    }),
  ),
  homologs: z.object({ nChanged: z.number().int(), injective: z.boolean() }).nullable(),
  /** Tensors the model has no place for. */
  ignored: z.array(z.string()),
  /** Files beside the checkpoint, relative to the folder. */
  auxiliary: z.object({
    tokens: z.string().nullable(),
    homologs: z.string().nullable(),
    medians: z.array(z.string()),
    priors: z.array(z.string()),
    geneNames: z.string().nullable(),
    refused: z.array(z.object({ file: z.string(), reason: z.string() })),
  }),
  /** What was found and how it was read. */
  notes: z.array(z.string()),
  /** What a person should think about before trusting the model. */
  warnings: z.array(z.string()),
});
export type CheckpointReport = z.infer<typeof CheckpointReport>;

/** What the token dictionary of a model holds. */
export const LibraryVocabulary = z.object({
  id: z.string(),
  hash: z.string(),
  nTokens: z.number().int(),
  nHumanGenes: z.number().int(),
  nMouseGenes: z.number().int(),
  nHomologs: z.number().int(),
  /** Genes with an imported median; null where no medians came with the model. */
  nMedians: z.number().int().nullable(),
});
export type LibraryVocabulary = z.infer<typeof LibraryVocabulary>;

export const LIBRARY_FORMAT = 1;

/** An imported model as the library keeps it, outside of every project: it holds nothing of a patient. */
export const LibraryModel = z.object({
  format: z.literal(LIBRARY_FORMAT),
  id: LibraryModelId,
  title: z.string().min(1),
  importedAt: z.string(),
  config: ModelConfig,
  /** Labels of a classifier's outputs. */
  classes: z.array(z.string()).nullable(),
  checkpoint: CheckpointReport,
  /** Null where the folder had no token dictionary. */
  vocabulary: LibraryVocabulary.nullable(),
  /** Files of the library. */
  files: z.array(LibraryFile),
  /** Files it was made from, as they were named there. */
  sources: z.array(LibraryFile),
  warnings: z.array(z.string()),
});
export type LibraryModel = z.infer<typeof LibraryModel>;

/** A library model in a list. */
export const LibraryEntry = z.object({
  id: LibraryModelId,
  title: z.string(),
  nParameters: z.number().int().nullable(),
  nLayers: z.number().int().nullable(),
  width: z.number().int().nullable(),
  maxLength: z.number().int().nullable(),
  layout: ValueEncoding.nullable(),
  heads: z.enum(['masked', 'classifier', 'none']).nullable(),
  /** Genes of the token dictionary; null without one. */
  nGenes: z.number().int().nullable(),
  sizeBytes: z.number(),
  importedAt: z.string().nullable(),
  /** Why it cannot be used; null for an intact one. */
  problem: z.string().nullable(),
});
export type LibraryEntry = z.infer<typeof LibraryEntry>;

export const CheckpointInput = z.object({
  input: field(z.string().min(1), {
    title: 'Checkpoint folder',
    help: 'The unpacked folder of a GeneCompass model: config.json with pytorch_model.bin or model.safetensors, and, where you have them, token dictionary, homologs, gene medians and prior tables.',
    source: 'file',
  }),
});

export const ModelImportConfig = CheckpointInput.extend({
  title: field(z.string().trim().min(1).max(80).optional(), {
    title: 'Name',
    help: 'What this model is called in the library; the name of the folder if left empty.',
  }),
});
export type ModelImportConfig = z.infer<typeof ModelImportConfig>;

const model = field(LibraryRef, {
  title: 'Model',
  help: 'Id of a model of the library, its beginning, or latest; gcw model library lists them.',
});

export const LibraryChoice = z.object({ model });

export const ModelRemoveConfig = z.object({
  model,
  confirm: field(z.boolean().default(false), {
    title: 'Remove it',
    help: 'Projects that use the model, closed ones too, cannot run it until it is imported again from the same files.',
  }),
});

/** Makes a library model usable in a project. */
export const ModelUseConfig = z.object({ model });
export type ModelUseConfig = z.infer<typeof ModelUseConfig>;

/** What a `model` artifact holds instead of the weights. */
export const LibraryReference = z.object({
  model: LibraryModelId,
  title: z.string(),
  file: z.string(),
  sha256: Sha256,
  sizeBytes: z.number().int(),
});
export type LibraryReference = z.infer<typeof LibraryReference>;
