import type { SafetensorsWriter } from '../checkpoint/safetensors-writer.ts';

export const GENE_EMBEDDING = 'gene_embedding';
export const GENE_CELLS = 'gene_cells';

/**
 * Means of the last state of each gene over the cells that express it, wherever it stands in them.
 *
 * Note: memory is 8 bytes × width for each gene that was met.
 */
export class GeneMeans {
  readonly #width: number;
  readonly #met = new Map<number, { sum: Float64Array; nCells: number }>();

  constructor(width: number) {
    this.#width = width;
  }

  /** Adds `states` [from, from + width). */
  add(token: number, states: Float32Array, from: number): void {
    let gene = this.#met.get(token);
    if (!gene) {
      gene = { sum: new Float64Array(this.#width), nCells: 0 };
      this.#met.set(token, gene);
    }
    gene.nCells++;
    for (let d = 0; d < this.#width; d++) gene.sum[d] += states[from + d];
  }

  /** Row = token; genes that were not met stay zero. */
  write(writer: SafetensorsWriter, names: ReadonlySet<string>): void {
    for (const [token, { sum, nCells }] of this.#met) {
      if (names.has(GENE_EMBEDDING))
        writer.write(
          GENE_EMBEDDING,
          token * this.#width,
          Float32Array.from(sum, (x) => x / nCells),
        );
      if (names.has(GENE_CELLS)) writer.write(GENE_CELLS, token, Float32Array.of(nCells));
    }
  }
}
