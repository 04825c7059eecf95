import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { Heads } from '../model.ts';

/** What an output is a number of: one vector a cell, or one at every position, with CLS in front or without. */
export type OutputKind = 'cell' | 'positions' | 'positions-and-cls';

export interface Output {
  readonly name: string;
  readonly kind: OutputKind;
  /** Numbers of one cell, or of one position of it. Shape of the tensor: cells [× positions] × width. */
  readonly width: number;
  /** Without a width axis of its own. */
  readonly isScalar?: boolean;
}

/** Everything a model can say of a cell, by the names of the reference numbers; ours are the two embeddings. */
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

export function outputShape({ kind, width, isScalar }: Output, nCells: number, length: number): number[] {
  if (kind === 'cell') return [nCells, width];
  const positions = kind === 'positions' ? length : length + 1;
  return isScalar ? [nCells, positions] : [nCells, positions, width];
}

/** Throws: resource when the file would be larger than `limit` bytes. */
export function checkOutputSize(outputs: readonly Output[], nCells: number, length: number, limit: number): void {
  const sizes = outputs.map((output) => ({
    name: output.name,
    bytes: 4 * outputShape(output, nCells, length).reduce((product, n) => product * n, 1),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limit) return;
  const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  throw new WorkbenchError(
    'resource',
    `outputs: ${nCells} cells would fill ${gigabytes(total)}, ${gigabytes(limit)} are allowed, and ${largest.name} alone needs ${gigabytes(largest.bytes)}; choose fewer with --outputs, or allow more with --max-output.`,
    { details: { bytes: total, limit } },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
