import type { Neighbours } from 'scran.js';
import type { Hold, Scran } from './scran-session.ts';

export type DrawMethod = 'umap' | 'tsne';

/** Milliseconds of work between two reports. */
const REPORT_MS = 250;
const TSNE_ROUNDS = 1000;
const PERPLEXITY = 30;

/** Neighbours a drawing needs, of which there may be fewer. */
export function neighboursToDraw(scran: Scran, method: DrawMethod, nNeighbours: number): number {
  return method === 'umap' ? nNeighbours : scran.perplexityToNeighbors(PERPLEXITY);
}

/** Two dimensions by UMAP or t-SNE. Shape: cells × 2, row-major. */
export async function draw(
  scran: Scran,
  hold: Hold,
  method: DrawMethod,
  neighbours: Neighbours,
  epochs: number,
  onShare: (share: number) => void | Promise<void>,
): Promise<Float32Array> {
  const k = neighbours.numberOfNeighbors();
  if (method === 'umap') {
    const layout = hold(scran.initializeUmap(neighbours, { neighbors: k, epochs }));
    while (layout.currentEpoch() < layout.totalEpochs()) {
      layout.run({ runTime: REPORT_MS });
      await onShare(layout.currentEpoch() / layout.totalEpochs());
    }
    return interleaved(layout.extractCoordinates());
  }
  const layout = hold(scran.initializeTsne(neighbours, { perplexity: Math.min(PERPLEXITY, k / 3), neighbors: k }));
  while (layout.iterations() < TSNE_ROUNDS) {
    layout.run({ maxIterations: TSNE_ROUNDS, runTime: REPORT_MS });
    await onShare(layout.iterations() / TSNE_ROUNDS);
  }
  return interleaved(layout.extractCoordinates());
}

function interleaved({ x, y }: { x: Float64Array; y: Float64Array }): Float32Array {
  return Float32Array.from({ length: 2 * x.length }, (_, i) => (i % 2 === 0 ? x[i / 2] : y[(i - 1) / 2]));
}
