import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Genes of one cell as the model reads them: by descending value, ties by ascending token id, no padding. */
export interface CellTokens {
  tokenIds: Int32Array;
  /** log2(1 + count / gene median). */
  values: Float32Array;
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
    const rounded = Math.fround(value);
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
