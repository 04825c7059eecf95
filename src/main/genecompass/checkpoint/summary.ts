import type { ModelConfig, ValueEncoding } from '#shared/domain/model.ts';
import type { Heads } from '../model.ts';
import type { ModelCard } from '../model-io.ts';

/** Two names of one tensor in the published model. */
export interface TiedPair {
  readonly names: readonly [string, string];
  /** `not compared` only before the import: the bytes are then still to be read. */
  readonly how: 'same storage' | 'equal bytes' | 'stored once' | 'not compared';
}

/** How the homolog index moves human tokens to mouse rows. */
export interface HomologSummary {
  /** Entries that are not their own token. 17,465 in Base. */
  readonly nChanged: number;
  /** False when two tokens share a row they were moved to. */
  readonly injective: boolean;
  /** Entries that lead from a human to a mouse gene; null without a token dictionary. */
  readonly nHumanToMouse: number | null;
}

/** A file that was read, as a manifest keeps it. */
export interface SourceFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a folder holds beside the checkpoint; paths are relative to the folder. */
export interface AuxiliaryFiles {
  readonly tokens: string | null;
  readonly homologs: string | null;
  readonly medians: readonly string[];
  readonly priors: readonly string[];
  /** Ensembl ids with symbols, to read prior files that name genes by symbol. */
  readonly geneNames: string | null;
  /** Files with the right name that cannot be read, with the reason. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

/** Sentences gathered while a folder is read. */
export interface Report {
  readonly notes: string[];
  readonly warnings: string[];
}

/** A checkpoint as its header tells it. */
export interface CheckpointSummary {
  readonly fileName: string;
  readonly format: 'pytorch' | 'safetensors';
  readonly sizeBytes: number;
  readonly layout: ValueEncoding;
  readonly config: Omit<ModelConfig, 'vocabularyHash'>;
  readonly heads: Heads;
  /** All tensors of the file, buffers and both names of tied tensors included. 234 in Base. */
  readonly nTensors: number;
  /** Elements of all tensors, tied ones counted twice. 326,847,102 in Base. */
  readonly nElements: number;
  /** Bytes of the tensors with tied storages counted once. */
  readonly nUniqueBytes: number;
  readonly nParameters: number;
  readonly matchesBase: boolean;
  readonly ties: readonly TiedPair[];
  readonly homologs: HomologSummary | null;
  /** Tensors of the file that the model has no place for. */
  readonly ignored: readonly string[];
  readonly auxiliary: AuxiliaryFiles;
  /** What was found and how it was read, in plain sentences. */
  readonly notes: readonly string[];
  /** What a person should think about before trusting the model. */
  readonly warnings: readonly string[];
}

/** What the token dictionary of a model says, as plain data. */
export interface ImportedVocabulary {
  readonly id: string;
  /** Equal to the hash the tokenizer computes for the same tokens and homologs. */
  readonly hash: string;
  /** Text of each token; the index is the token id. */
  readonly tokens: readonly string[];
  /** Mouse token, human token; sorted by mouse token. */
  readonly homologs: readonly (readonly [number, number])[];
  /** Median non-zero expression by Ensembl id, human and mouse; null where no file was found. */
  readonly medians: ReadonlyMap<string, number> | null;
}

export interface ImportResult {
  readonly summary: CheckpointSummary;
  readonly config: ModelConfig;
  readonly heads: Heads;
  /** Labels of a classifier's outputs; null without one. */
  readonly classes: readonly string[] | null;
  readonly card: ModelCard;
  /** Null where the folder has no token dictionary: the model runs on tokens, but genes cannot be named. */
  readonly vocabulary: ImportedVocabulary | null;
  /** Every file that was read. */
  readonly sources: readonly SourceFile[];
  /** Of the file written. */
  readonly sha256: string;
  readonly sizeBytes: number;
}
