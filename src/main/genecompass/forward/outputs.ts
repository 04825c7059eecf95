import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { Heads } from '../model.ts';
import { GENE_CELLS, GENE_EMBEDDING } from './gene-means.ts';

/** What an output is a number of: a cell, every position of it, with CLS in front or without, or a gene over all cells. */
export type OutputKind = 'cell' | 'positions' | 'positions-and-cls' | 'gene';

export interface Output {
  readonly name: string;
  readonly kind: OutputKind;
  /** Numbers of one cell, position or gene. Shape of the tensor: cells [× positions] × width, or genes × width. */
  readonly width: number;
  /** Without a width axis of its own. */
  readonly isScalar?: boolean;
}

/** Everything a model can say of a cell, by the names of the reference numbers; ours are the embeddings. */
export function outputsOf(config: ModelConfig, heads: Heads): Output[] {
  const { width, nLayers, vocabularySize } = config;
  const outputs: Output[] = [
    { name: 'cls_embedding', kind: 'cell', width },
    { name: 'mean_embedding', kind: 'cell', width },
  ];
  if (heads.kind === 'classifier') outputs.push({ name: 'logits', kind: 'cell', width: heads.classes });
  outputs.push({ name: 'embedding_output', kind: 'positions', width });
  for (let i = 0; i <= nLayers; i++) outputs.push({ name: `hidden_state_${i}`, kind: 'positions-and-cls', width });
  outputs.push({ name: 'last_hidden_state', kind: 'positions-and-cls', width });
  if (heads.kind === 'masked') {
    outputs.push({ name: 'value_predictions', kind: 'positions', width: 1, isScalar: true });
    outputs.push({ name: 'id_logits', kind: 'positions', width: vocabularySize });
  }
  outputs.push({ name: GENE_EMBEDDING, kind: 'gene', width });
  outputs.push({ name: GENE_CELLS, kind: 'gene', width: 1, isScalar: true });
  return outputs;
}

/** Throws: invalid-input for a name the model has no output of. */
export function chooseOutputs(config: ModelConfig, heads: Heads, names?: readonly string[]): Output[] {
  const all = outputsOf(config, heads);
  if (!names) return all;
  const wanted = new Set(names);
  for (const name of wanted) {
    if (all.some((output) => output.name === name)) continue;
    throw new WorkbenchError(
      'invalid-input',
      `outputs: this model has no ${name}; it has ${all.map((output) => output.name).join(', ')}.`,
    );
  }
  return all.filter(({ name }) => wanted.has(name));
}

export function outputShape(output: Output, nCells: number, length: number, vocabularySize: number): number[] {
  const { kind, width, isScalar } = output;
  if (kind === 'gene') return isScalar ? [vocabularySize] : [vocabularySize, width];
  if (kind === 'cell') return [nCells, width];
  const positions = kind === 'positions' ? length : length + 1;
  return isScalar ? [nCells, positions] : [nCells, positions, width];
}

/** Throws: resource when the file would be larger than `limit` bytes. */
export function checkOutputSize(shapes: ReadonlyMap<string, readonly number[]>, limit: number): void {
  const sizes = [...shapes].map(([name, shape]) => ({ name, bytes: 4 * shape.reduce((product, n) => product * n, 1) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limit) return;
  const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  throw new WorkbenchError(
    'resource',
    `outputs: they would fill ${gigabytes(total)}, ${gigabytes(limit)} are allowed, and ${largest.name} alone needs ${gigabytes(largest.bytes)}; choose fewer with --outputs, or allow more with --max-output.`,
    { details: { bytes: total, limit } },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
