import type { Runtime } from '#engine/runtime/runtime.ts';
import type { Compat } from '#shared/domain/compat.ts';
import { emptyBatch, readAs, setRow } from './batch-arrays.ts';
import { bucketLength } from './batching.ts';
import { ForwardGraphs } from './forward/graphs.ts';
import { chooseOutputs } from './forward/outputs.ts';
import { checkModel, headsOf, type Model } from './model.ts';
import { PAD_TOKEN } from './names.ts';
import type { EncoderInput } from './types.ts';

/** What the published code multiplies the value of an over-expressed gene by. */
const OVEREXPRESSION = 10_000;

export type PublishedOperator = 'delete' | 'overexpress';

export interface PublishedEffect {
  /** Mean cosine of the compared positions; 1 where nothing changed. Not the cosine of pooled or CLS embeddings. */
  readonly cellSimilarity: number;
  /** Cosine of each other gene's state before and after, in the order of the perturbed cell. */
  readonly genes: readonly { readonly token: number; readonly similarity: number }[];
}

export interface PublishedRequest {
  readonly model: Model;
  readonly runtime: Runtime;
  /** Tokens perturbed together. */
  readonly targets: readonly number[];
  readonly operator: PublishedOperator;
  readonly compat?: Partial<Omit<Compat, 'truncateValues' | 'mousePriors'>>;
}

/**
 * In-silico perturbation as the published script does it, cell by cell.
 *
 * `delete` removes the genes, so all later ones move up; `overexpress` multiplies their values by 10,000 and sorts again.
 * States of the last layer are compared gene by gene with those of the whole cell.
 * Source: spec/genecompass.md §5.1, steps 1 to 6.
 * Note: switches of `compat` repeat its defects: `attendPadding` pads to the full length without a mask and counts the
 * padding in the mean, `ignoreSpecies` takes every cell for human, `shiftedDeletionLabels` names affected genes from the
 * list before the deletion, so the deleted gene itself is named at its place and the last gene never.
 */
export class PublishedPerturbation {
  readonly #request: PublishedRequest;
  readonly #targets: ReadonlySet<number>;
  readonly #graphs: ForwardGraphs;

  constructor(request: PublishedRequest) {
    const { model, runtime, targets } = request;
    const heads = headsOf(model.parameters);
    checkModel(model, heads);
    this.#request = request;
    this.#targets = new Set(targets);
    this.#graphs = new ForwardGraphs(model, heads, runtime, chooseOutputs(model.config, heads, ['last_hidden_state']));
  }

  /** Null for a cell that expresses none of the targets, or nothing else. */
  async of(given: EncoderInput): Promise<PublishedEffect | null> {
    const { model, operator } = this.#request;
    const cell = cutTo(given, model.config.maxLength);
    if (!cell.tokenIds.some((token) => this.#targets.has(token))) return null;
    const order = operator === 'delete' ? withoutTargets(cell, this.#targets) : raised(cell, this.#targets);
    if (order.positions.length === 0) return null;
    const before = await this.#hiddenStates(cell, 0);
    const after = await this.#hiddenStates({ ...cell, ...order }, cell.tokenIds.length - order.positions.length);
    return compare(cell, order, before, after, this.#targets, this.#request);
  }

  async dispose(): Promise<void> {
    await this.#graphs.dispose();
  }

  /** Rows of the genes, then of the padding if it is attended. Shape: n × D. */
  async #hiddenStates(cell: EncoderInput, nRemoved: number): Promise<Float32Array> {
    const { model, compat = {} } = this.#request;
    const { maxLength, width } = model.config;
    // What was removed is not padded again.
    const length = compat.attendPadding ? maxLength - nRemoved : bucketLength(cell.tokenIds.length, maxLength);
    const batch = emptyBatch(1, length);
    setRow(batch, 0, cell.tokenIds, cell.values, compat.ignoreSpecies ? 0 : cell.species);
    if (compat.attendPadding) batch.keyMask.fill(0);
    readAs(batch, model);
    const results = await this.#graphs.run(batch, new Float32Array());
    const rows = compat.attendPadding ? length : cell.tokenIds.length;
    return results('last_hidden_state').slice(width, (rows + 1) * width);
  }
}

/** Mean similarity of every affected gene over cells, with the number of cells, by ascending token. */
export function meanByGene(
  effects: readonly PublishedEffect[],
): { token: number; similarity: number; nCells: number }[] {
  const sums = new Map<number, { sum: number; nCells: number }>();
  for (const { genes } of effects) {
    for (const { token, similarity } of genes) {
      const entry = sums.get(token) ?? { sum: 0, nCells: 0 };
      sums.set(token, { sum: entry.sum + similarity, nCells: entry.nCells + 1 });
    }
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([token, { sum, nCells }]) => ({ token, similarity: sum / nCells, nCells }));
}

/** A changed cell; `positions` says where each of its genes stood. */
interface Rearranged {
  readonly tokenIds: Int32Array;
  readonly values: Float32Array;
  readonly positions: readonly number[];
}

function cutTo({ tokenIds, values, species }: EncoderInput, maxLength: number): EncoderInput {
  return { tokenIds: tokenIds.subarray(0, maxLength), values: values.subarray(0, maxLength), species };
}

function withoutTargets({ tokenIds, values }: EncoderInput, targets: ReadonlySet<number>): Rearranged {
  const positions = Array.from(tokenIds.keys()).filter((position) => !targets.has(tokenIds[position]));
  return rearrange(tokenIds, values, positions);
}

/** Note: the sort is stable, so equal values keep their order. */
function raised({ tokenIds, values }: EncoderInput, targets: ReadonlySet<number>): Rearranged {
  const risen = values.map((value, i) => (targets.has(tokenIds[i]) ? value * OVEREXPRESSION : value));
  const positions = Array.from(risen.keys()).sort((a, b) => risen[b] - risen[a]);
  return rearrange(tokenIds, risen, positions);
}

function rearrange(tokenIds: Int32Array, values: Float32Array, positions: readonly number[]): Rearranged {
  return {
    tokenIds: Int32Array.from(positions, (position) => tokenIds[position]),
    values: Float32Array.from(positions, (position) => values[position]),
    positions,
  };
}

function compare(
  cell: EncoderInput,
  changed: Rearranged,
  before: Float32Array,
  after: Float32Array,
  targets: ReadonlySet<number>,
  { model, operator, compat }: PublishedRequest,
): PublishedEffect {
  const { width } = model.config;
  const nGenes = changed.tokenIds.length;
  const nRemoved = cell.tokenIds.length - nGenes;
  const nRows = after.length / width;
  const genes: { token: number; similarity: number }[] = [];
  let sum = 0;
  for (let row = 0; row < nRows; row++) {
    const earlier = row < nGenes ? changed.positions[row] : row + nRemoved;
    const similarity = cosine(before, earlier * width, after, row * width, width);
    sum += similarity;
    const token = labelOf(row);
    const isAffected = operator === 'delete' || !targets.has(token);
    if (token !== PAD_TOKEN && isAffected) genes.push({ token, similarity });
  }
  return { cellSimilarity: sum / nRows, genes };

  function labelOf(row: number): number {
    const isShifted = compat?.shiftedDeletionLabels && operator === 'delete';
    return (isShifted ? cell.tokenIds : changed.tokenIds)[row] ?? PAD_TOKEN;
  }
}

function cosine(a: Float32Array, aStart: number, b: Float32Array, bStart: number, width: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let d = 0; d < width; d++) {
    const [x, y] = [a[aStart + d], b[bStart + d]];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
