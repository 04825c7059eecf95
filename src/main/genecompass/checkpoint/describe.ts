import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { PUBLISHED_BASE as BASE } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { parameterShapes } from '../model.ts';
import { NAMES } from '../names.ts';
import { ignoredNames } from './layout.ts';
import type { OpenCheckpoint } from './open-checkpoint.ts';
import { elementCount, type StoredTensors, TENSOR_BYTES } from './stored-tensor.ts';
import type { CheckpointSummary, HomologSummary, TiedPair } from './summary.ts';

type Header = Omit<CheckpointSummary, 'homologs' | 'auxiliary' | 'ties' | 'notes' | 'warnings'>;

/** Counts of a checkpoint; nothing but its header is read. */
export function describeHeader({ source, format, stored, tensors, config, heads }: OpenCheckpoint): Header {
  const { nElements, nUniqueBytes } = countElements(stored);
  const shapes = parameterShapes({ ...config, vocabularyHash: '' }, heads);
  const isBase =
    stored.size === BASE.nTensors &&
    nElements === BASE.nElements &&
    config.vocabularySize === BASE.vocabularySize &&
    config.width === BASE.width &&
    config.nLayers === BASE.nLayers;
  return {
    fileName: source.name,
    format,
    sizeBytes: source.size,
    layout: config.valueEncoding,
    config,
    heads,
    nTensors: stored.size,
    nElements,
    nUniqueBytes,
    nParameters: [...shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0),
    matchesBase: isBase,
    ignored: ignoredNames(tensors, config, heads),
  };
}

function countElements(stored: StoredTensors): { nElements: number; nUniqueBytes: number } {
  const storages = new Set<string>();
  let [nElements, nUniqueBytes] = [0, 0];
  for (const { dtype, shape, storage } of stored.values()) {
    nElements += elementCount(shape);
    if (storage === undefined) nUniqueBytes += elementCount(shape) * TENSOR_BYTES[dtype];
    else if (!storages.has(storage.key)) nUniqueBytes += storage.sizeBytes;
    if (storage) storages.add(storage.key);
  }
  return { nElements, nUniqueBytes };
}

/**
 * Checks the homolog index and counts what it moves.
 *
 * Throws: data-format when a row is no token.
 */
export function describeHomologs(index: Int32Array, tokens: readonly string[] | null, subject: string): HomologSummary {
  const rows = new Set<number>();
  let [nChanged, nHumanToMouse] = [0, 0];
  index.forEach((row, token) => {
    if (row < 0 || row >= index.length) {
      throw new WorkbenchError(
        'data-format',
        `${subject}: ${NAMES.homologIndex}: row ${row} of token ${token} is not a token, there are ${index.length}; the file is damaged, copy it again.`,
      );
    }
    if (row === token) return;
    nChanged++;
    rows.add(row);
    if (tokens && HUMAN_GENE_ID.test(tokens[token]) && MOUSE_GENE_ID.test(tokens[row])) nHumanToMouse++;
  });
  return { nChanged, injective: rows.size === nChanged, nHumanToMouse: tokens && nHumanToMouse };
}

/** What a person should know about a checkpoint before trusting it. */
export function warningsOf(header: Header, ties: readonly TiedPair[], homologs: HomologSummary | null): string[] {
  const warnings: string[] = [];
  if (header.heads.kind === 'none')
    warnings.push('It has no heads: cells can be embedded, but pretraining and classification start with new heads.');
  if (header.heads.kind === 'masked' && ties.length === 0)
    warnings.push('It stores no tied decoder, which the published model does.');
  if (!homologs) warnings.push('It has no homolog index: mouse cells use the prior knowledge of the human genes.');
  else {
    const { nChanged, nHumanToMouse, injective } = homologs;
    if (nHumanToMouse !== null && nHumanToMouse < nChanged)
      warnings.push(
        `${nChanged - nHumanToMouse} of ${nChanged} moved tokens do not lead from a human to a mouse gene: mouse cells may use the prior knowledge of the wrong species.`,
      );
    if (!injective) warnings.push('Two tokens share one mouse row of the homolog index.');
    if (header.matchesBase && nChanged !== BASE.nHomologs)
      warnings.push(
        `Its homolog index moves ${nChanged} tokens; the published Base moves ${BASE.nHomologs}: it may not be the published file.`,
      );
  }
  const unknown = header.ignored.filter((name) => !name.startsWith('emb_warmup.'));
  if (unknown.length > 0)
    warnings.push(`${unknown.length} tensors have no place in the model and are left out, such as ${unknown[0]}.`);
  return warnings;
}
