import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ModelConfig } from '#shared/domain/model.ts';
import { checkModelConfig, parameterShapes } from '../model.ts';
import { type ModelCard, modelHeader } from '../model-io.ts';
import { NAMES } from '../names.ts';
import { discoverFiles, priorNameOf } from './auxiliary/discover.ts';
import { readGeneNames, readPriorTable } from './auxiliary/prior-table.ts';
import { readTokenDictionary } from './auxiliary/token-dictionary.ts';
import { openFileSource, sourceBlocks } from './byte-source.ts';
import { describeHeader, describeHomologs, warningsOf } from './describe.ts';
import { expectTensor, readHomologIndex } from './import.ts';
import { openCheckpoint, type OpenCheckpoint } from './open-checkpoint.ts';
import { longRead, type LongReadOptions, type Step } from './long-read.ts';
import { classLabels } from './published-config.ts';
import {
  elementCount,
  float32Tensor,
  int64Tensor,
  type StoredTensor,
  type StoredTensors,
  type TensorStorage,
} from './stored-tensor.ts';
import type {
  AuxiliaryFiles,
  CheckpointSummary,
  ImportedVocabulary,
  ImportResult,
  Report,
  SourceFile,
  TiedPair,
} from './summary.ts';
import { writeTensorFile } from './tensor-file-writer.ts';
import { checkTies, tiedPairs } from './ties.ts';
import { importVocabulary } from './vocabulary.ts';

export interface ImportRequest extends LongReadOptions {
  /** Holds `config.json`, the weights and, there or in direct subfolders, the token files. */
  readonly folder: string;
  /** Written whole or not at all. */
  readonly outFile: string;
  /** Kept in the notes of the model card. */
  readonly title?: string;
}

/**
 * What a checkpoint folder holds, from headers and small files only; weights are neither read nor compared.
 *
 * Throws: not-found, data-format or unsupported, with what is missing or refused.
 */
export function inspectCheckpoint(folder: string): CheckpointSummary {
  const open = openCheckpoint(folder);
  try {
    const { tensors, config, source } = open;
    const auxiliary = discoverFiles(folder, config.vocabularySize);
    const tokens = auxiliary.tokens ? readTokenDictionary(join(folder, auxiliary.tokens)).tokens : null;
    const known = tokens?.length === config.vocabularySize ? tokens : null;
    const index = readHomologIndex(tensors, config.vocabularySize, source.name);
    return summarise(open, auxiliary, index, known, { notes: [], warnings: [] }, tiedPairs(tensors));
  } finally {
    open.source.close();
  }
}

/**
 * Converts a published checkpoint to the workbench's own file, tensor by tensor: no tensor is held in memory whole.
 *
 * Everything is checked on the way: checksums of the archive, shapes, ties, the homolog index, that every weight is finite.
 * Throws: not-found, data-format, unsupported, cancelled or resource; then nothing is left at `outFile`.
 * Note: prior tables and homolog index of the checkpoint are authoritative; prior files are read only where it has none.
 */
export async function importPublished(request: ImportRequest): Promise<ImportResult> {
  const open = openCheckpoint(request.folder);
  try {
    return await convert(open, request);
  } finally {
    open.source.close();
  }
}

async function convert(open: OpenCheckpoint, request: ImportRequest): Promise<ImportResult> {
  const { folder, outFile, title } = request;
  const { tensors, stored, source, heads, published } = open;
  const report: Report = { notes: [], warnings: [] };
  const auxiliary = discoverFiles(folder, open.config.vocabularySize);
  const homologIndex = readHomologIndex(tensors, open.config.vocabularySize, source.name);
  describeHomologs(homologIndex, null, source.name);
  const vocabulary = importVocabulary(folder, auxiliary, homologIndex, report);
  const priors = priorTables(open, auxiliary, vocabulary, report);
  const kept = new Map<string, StoredTensor>();
  for (const [name, shape] of parameterShapes({ ...open.config, vocabularyHash: '' }, heads))
    kept.set(name, expectTensor(tensors, name, shape, source.name));
  for (const [name, tensor] of priors.tables) kept.set(name, tensor);
  kept.set(NAMES.homologIndex, int64Tensor(homologIndex, [homologIndex.length]));

  const { tokens, homologs, medians } = auxiliary;
  const names = [source.name, 'config.json', tokens, tokens && homologs, ...(tokens ? medians : []), ...priors.files];
  // Read for its hash and for its checksums, then read and written.
  const outBytes = [...kept.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  const storages = uniqueStorages(stored);
  const totalBytes = source.size + storages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) + outBytes;
  const step = longRead(source.name, totalBytes, request);
  const sources = await hashSources(folder, names, step);
  const config: ModelConfig = { ...open.config, vocabularyHash: vocabulary?.hash ?? contentHash(sources[0].sha256) };
  checkModelConfig(config);
  for (const storage of storages) for (const bytes of storage.verify()) await step(bytes);
  const ties = checkTies(tensors, source.name);
  const summary = summarise(open, auxiliary, homologIndex, vocabulary?.tokens ?? null, report, ties);
  const classes = heads.kind === 'classifier' ? classLabels(published, heads.classes) : null;
  const card: ModelCard = {
    origin: 'imported',
    nTrainingCells: null,
    nParameters: summary.nParameters,
    scores: {},
    notes: [
      ...(title ? [title] : []),
      `Imported from ${source.name} (SHA-256 ${sources[0].sha256}).`,
      ...summary.notes,
      ...summary.warnings,
    ],
  };
  const metadata = modelHeader({ config, classes, card });
  const written = await writeTensorFile(outFile, kept, metadata, step);
  return { summary, config, heads, classes, card, vocabulary, sources, ...written };
}

function summarise(
  open: OpenCheckpoint,
  auxiliary: AuxiliaryFiles,
  homologIndex: Int32Array,
  tokens: readonly string[] | null,
  { notes, warnings }: Report,
  ties: readonly TiedPair[],
): CheckpointSummary {
  const header = describeHeader(open);
  const homologs = open.tensors.has(NAMES.homologIndex)
    ? describeHomologs(homologIndex, tokens, open.source.name)
    : null;
  return {
    ...header,
    ties,
    homologs,
    auxiliary,
    notes,
    warnings: [...warningsOf(header, ties, homologs), ...warnings],
  };
}

/** Tables of the checkpoint, or, for a prior it has no table of, built from the files beside it. */
function priorTables(
  { folder, tensors, config, source }: OpenCheckpoint,
  files: AuxiliaryFiles,
  vocabulary: ImportedVocabulary | null,
  { notes }: Report,
): { tables: [string, StoredTensor][]; files: string[] } {
  const used: string[] = [];
  const tables = config.priors.map(({ name, width }): [string, StoredTensor] => {
    const key = NAMES.priorTable(name);
    const shape = [config.vocabularySize, width];
    const own = files.priors.filter((file) => priorNameOf(file) === name);
    if (tensors.has(key) || own.length === 0 || !vocabulary)
      return [key, expectTensor(tensors, key, shape, source.name)];
    const symbols = files.geneNames ? readGeneNames(join(folder, files.geneNames)) : undefined;
    const paths = own.map((path) => join(folder, path));
    const table = readPriorTable(paths, vocabulary.tokens, width, symbols);
    used.push(...own);
    notes.push(`The checkpoint has no ${name} table; it was built from ${own.join(', ')}.`);
    return [key, float32Tensor(table, shape)];
  });
  const nUnused = files.priors.length - used.length;
  if (nUnused > 0)
    notes.push(
      `${nUnused} prior files were not read: the tables in the checkpoint are what the model was trained with.`,
    );
  return { tables, files: used };
}

function uniqueStorages(stored: StoredTensors): TensorStorage[] {
  const storages = new Map<string, TensorStorage>();
  for (const { storage } of stored.values()) if (storage) storages.set(storage.key, storage);
  return [...storages.values()];
}

async function hashSources(folder: string, names: readonly (string | null)[], step: Step): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const name of names) {
    if (name === null) continue;
    const file = openFileSource(join(folder, name), name);
    try {
      const hash = createHash('sha256');
      for (const block of sourceBlocks(file, 0, file.size)) {
        hash.update(block);
        await step(block.length);
      }
      sources.push({ name, sizeBytes: file.size, sha256: hash.digest('hex') });
    } finally {
      file.close();
    }
  }
  return sources;
}

/** Stands for the vocabulary of a model whose tokens nobody named: it fits no prepared cells but its own. */
function contentHash(sha256: string): string {
  return createHash('sha256').update(`unnamed tokens of ${sha256}`).digest('hex');
}
