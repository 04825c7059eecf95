import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Genes of one cell as the model reads them: by descending value, ties by ascending token id, no padding. */
export interface CellTokens {
  tokenIds: Int32Array;
  /** log2(1 + count / gene median). */
  values: Float32Array;
  /** What doses are multiplied by in this cell, where they go by depth. */
  depth?: number;
}

/** A cell after a perturbation; `null` from an operator means that the cell stays as it is. */
export interface PerturbedCell extends CellTokens {
  hiddenPositions?: readonly number[];
}

/** A gene and the value it is raised to. */
export interface Dose {
  tokenId: number;
  value: number;
}

/** A value as a cell so many times as deep would have it: log2(1 + depth · count / gene median). */
export function valueAtDepth(value: number, depth: number | undefined): number {
  return depth === undefined ? value : Math.log2(1 + (2 ** value - 1) * depth);
}

/** Token ids below this are `<pad>` and `<mask>`: never perturbed. */
export const FIRST_GENE_TOKEN = 2;

/**
 * Hides genes from attention and pooling while every rank is held.
 *
 * Note: null where the cell expresses none of them; there the perturbation has no meaning.
 */
export function maskGenes(cell: CellTokens, genes: readonly number[]): PerturbedCell | null {
  const hiddenPositions = positionsOf(cell, genes);
  return hiddenPositions.length === 0 ? null : { tokenIds: cell.tokenIds, values: cell.values, hiddenPositions };
}

/**
 * Drops genes, as the published perturbation does: every later gene moves up.
 *
 * Note: null where the cell expresses none of them.
 */
export function removeGenes(cell: CellTokens, genes: readonly number[]): PerturbedCell | null {
  const positions = positionsOf(cell, genes);
  if (positions.length === 0) return null;
  const n = cell.tokenIds.length - positions.length;
  const tokenIds = new Int32Array(n);
  const values = new Float32Array(n);
  let next = 0;
  let to = 0;
  for (let from = 0; from < cell.tokenIds.length; from++) {
    if (positions[next] === from) {
      next++;
      continue;
    }
    tokenIds[to] = cell.tokenIds[from];
    values[to++] = cell.values[from];
  }
  return { tokenIds, values };
}

/**
 * Lowers genes to a share of their values and ranks the cell anew; no other value changes.
 *
 * Note: null where the cell expresses none of them. In a cell with more genes than the model reads, a gene that falls
 * below the last one read stays last: what would follow it is not known.
 */
export function knockDownGenes(cell: CellTokens, genes: readonly number[], level: number): PerturbedCell | null {
  if (!(level >= 0 && level < 1))
    throw new WorkbenchError('invalid-input', `knock-down: level ${level} is not from 0 to below 1; 0.5 leaves half.`);
  const positions = positionsOf(cell, genes);
  if (positions.length === 0) return null;
  const values = cell.values.slice();
  for (const position of positions) values[position] = Math.fround(level * values[position]);
  const order = Array.from(values.keys()).sort((a, b) =>
    compareRank(cell.tokenIds[a], values[a], cell.tokenIds[b], values[b]),
  );
  return {
    tokenIds: Int32Array.from(order, (position) => cell.tokenIds[position]),
    values: Float32Array.from(order, (position) => values[position]),
  };
}

/**
 * Puts a gene at a rank: 0 before all other genes, 1 after them. It takes the value of the gene that it displaces, so
 * that values still fall with the rank; an absent gene is inserted, and a cell longer than `maxLength` loses its last gene.
 *
 * Note: null where the gene has that rank already: it displaces none, so its value stays.
 * Source: percentile 0 is the over-expression of Geneformer (Theodoris et al. 2023), which moves a gene to the front.
 */
export function moveToRank(
  cell: CellTokens,
  gene: number,
  percentile: number,
  maxLength: number,
): PerturbedCell | null {
  refuseSpecial(gene);
  const others = Array.from(cell.tokenIds.keys()).filter((position) => cell.tokenIds[position] !== gene);
  const n = Math.min(others.length + 1, maxLength);
  const rank = Math.round(percentile * (n - 1));
  const from = others[Math.min(rank, others.length - 1)];
  const value = from === undefined ? cell.values[0] : cell.values[from];
  if (cell.tokenIds[rank] === gene) return null;
  const placed = [...others.slice(0, rank), -1, ...others.slice(rank)].slice(0, n);
  return {
    tokenIds: Int32Array.from(placed, (position) => (position < 0 ? gene : cell.tokenIds[position])),
    values: Float32Array.from(placed, (position) => (position < 0 ? value : cell.values[position])),
  };
}

/**
 * Raises genes to their doses and ranks the cell anew; an absent gene is inserted, and a cell longer than `maxLength`
 * loses its lowest genes.
 *
 * Note: null where every gene already has its dose or more, or ranks below a full context: the cell the model would
 * read is the one it has.
 */
export function overExpressGenes(cell: CellTokens, doses: readonly Dose[], maxLength: number): PerturbedCell | null {
  const raised = new Map<number, number>();
  for (const { tokenId, value } of doses) {
    refuseSpecial(tokenId);
    if (!(value > 0) || !Number.isFinite(value))
      throw new WorkbenchError(
        'invalid-input',
        `over-expression: dose ${value} of token ${tokenId} is no positive value; take one seen in expressing cells.`,
      );
    const position = cell.tokenIds.indexOf(tokenId);
    const rounded = Math.fround(valueAtDepth(value, cell.depth));
    if (position < 0 || cell.values[position] < rounded) raised.set(tokenId, rounded);
  }
  if (raised.size === 0) return null;
  const inserted = [...raised].sort((a, b) => compareRank(a[0], a[1], b[0], b[1]));
  const kept = cell.tokenIds.reduce((count, id) => count + (raised.has(id) ? 0 : 1), 0);
  const n = Math.min(kept + inserted.length, maxLength);
  const tokenIds = new Int32Array(n);
  const values = new Float32Array(n);
  let from = 0;
  let next = 0;
  for (let to = 0; to < n; to++) {
    while (from < cell.tokenIds.length && raised.has(cell.tokenIds[from])) from++;
    const takeInserted =
      next < inserted.length &&
      (from >= cell.tokenIds.length ||
        compareRank(inserted[next][0], inserted[next][1], cell.tokenIds[from], cell.values[from]) < 0);
    if (takeInserted) {
      tokenIds[to] = inserted[next][0];
      values[to] = inserted[next++][1];
    } else {
      tokenIds[to] = cell.tokenIds[from];
      values[to] = cell.values[from++];
    }
  }
  return next === 0 && n === cell.tokenIds.length ? null : { tokenIds, values };
}

/** What the published code multiplies the value of an over-expressed gene by. */
export const PUBLISHED_FACTOR = 10_000;

/**
 * Over-expression as the published script does it: the values of the genes times 10,000, then the cell sorted anew.
 *
 * Note: null where the cell expresses none of them; the script leaves such cells out. Values far beyond any that were
 * trained on are part of it. Equal values keep their order instead of going by token id.
 * Source: spec/genecompass.md §5.1, steps 1 and 4.
 */
export function publishedOverExpressGenes(cell: CellTokens, genes: readonly number[]): PerturbedCell | null {
  const positions = positionsOf(cell, genes);
  if (positions.length === 0) return null;
  const values = cell.values.slice();
  for (const position of positions) values[position] = Math.fround(PUBLISHED_FACTOR * values[position]);
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  return {
    tokenIds: Int32Array.from(order, (position) => cell.tokenIds[position]),
    values: Float32Array.from(order, (position) => values[position]),
  };
}

/** Rank order of a cell: descending value, ties by ascending token id. */
export function compareRank(idA: number, valueA: number, idB: number, valueB: number): number {
  return valueB - valueA || idA - idB;
}

function positionsOf(cell: CellTokens, genes: readonly number[]): number[] {
  const positions: number[] = [];
  for (const gene of new Set(genes)) {
    refuseSpecial(gene);
    const position = cell.tokenIds.indexOf(gene);
    if (position >= 0) positions.push(position);
  }
  return positions.sort((a, b) => a - b);
}

function refuseSpecial(tokenId: number): void {
  if (!Number.isInteger(tokenId) || tokenId < FIRST_GENE_TOKEN)
    throw new WorkbenchError(
      'invalid-input',
      `perturbation: token ${tokenId} is no gene; special tokens are never perturbed, choose a gene.`,
    );
}
