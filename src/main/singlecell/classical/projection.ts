import type { CsrChunk } from '../types.ts';
import type { PcaResults } from 'scran.js';

/** What places a further cell in a space of principal components: log2 of scaled counts, rotated, less an offset. */
export interface Projection {
  nComponents: number;
  /** Column of a gene among the variable genes, -1 for the others. */
  column: Int32Array;
  /** Shape: variable genes × components, row-major. */
  rotation: Float64Array;
  /** Scores of a cell without counts, times -1. */
  offset: Float64Array;
  /** Total count of a cell whose size factor is 1. */
  unitTotal: number;
}

/**
 * Takes the projection over from computed components. The constant part (means of the genes, weighted by block where
 * there are blocks) is read off the cells of `chunk`, whose scores come first in `scores`.
 */
export function projectionOf(
  pcs: PcaResults,
  features: Uint8Array,
  unitTotal: number,
  chunk: CsrChunk,
  scores: Float64Array,
): Projection {
  const nComponents = pcs.numberOfPCs();
  const byComponent = pcs.rotation();
  const nFeatures = byComponent.length / nComponents;
  const rotation = new Float64Array(byComponent.length);
  for (let c = 0; c < nComponents; c++)
    for (let f = 0; f < nFeatures; f++) rotation[f * nComponents + c] = byComponent[c * nFeatures + f];
  const column = new Int32Array(features.length).fill(-1);
  let next = 0;
  features.forEach((chosen, gene) => {
    if (chosen) column[gene] = next++;
  });
  const projection: Projection = { nComponents, column, rotation, offset: new Float64Array(nComponents), unitTotal };
  const raw = project(projection, chunk);
  const offset = new Float64Array(nComponents);
  for (let i = 0; i < raw.length; i++) offset[i % nComponents] += (raw[i] - scores[i]) / chunk.nCells;
  return { ...projection, offset };
}

/** Scores of further cells. Shape: cells × components, row-major. */
export function project(
  { nComponents, column, rotation, offset, unitTotal }: Projection,
  chunk: CsrChunk,
): Float64Array {
  const scores = new Float64Array(chunk.nCells * nComponents);
  for (let cell = 0; cell < chunk.nCells; cell++) {
    const at = cell * nComponents;
    let total = 0;
    for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) total += chunk.data[i];
    for (let c = 0; c < nComponents; c++) scores[at + c] = -offset[c];
    if (total <= 0) continue;
    for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
      const row = column[chunk.indices[i]];
      if (row < 0) continue;
      const value = Math.log2(1 + (chunk.data[i] * unitTotal) / total);
      for (let c = 0; c < nComponents; c++) scores[at + c] += value * rotation[row * nComponents + c];
    }
  }
  return scores;
}
