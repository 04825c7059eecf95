import { MAX_VARINT_BYTES, packRising, packVarints } from '#shared/util/varint.ts';
import type { ArtifactDraft, BlobWriter } from '#project/artifacts.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from '#project/stored/dataset-blobs.ts';
import type { CsrChunk } from '#singlecell/types.ts';

/** Entries of a block of cells that are held and turned at a time: 16 bytes each. */
const BLOCK_ENTRIES = 1 << 23;
const FIRST_ENTRIES = 1 << 18;

/**
 * Keeps counts by gene while cells pass by: blocks of cells are turned in memory and written, so one pass over the cells
 * is enough whatever their number.
 */
export class GeneBlocksWriter {
  readonly #nGenes: number;
  /** Counts; other values are kept as they are. */
  readonly #isWhole: boolean;
  readonly #maxEntries: number;
  readonly #steps: BlobWriter;
  readonly #counts: BlobWriter;
  readonly #offsets: BlobWriter;
  readonly #firstCells: number[] = [0];
  #genes = new Int32Array(FIRST_ENTRIES);
  #values = new Float32Array(FIRST_ENTRIES);
  /** Where the entries of each cell of the block end. */
  #ends: number[] = [];
  #n = 0;
  #base = { entries: 0, steps: 0, counts: 0 };

  constructor(draft: ArtifactDraft, nGenes: number, isWhole: boolean, maxEntries: number = BLOCK_ENTRIES) {
    this.#nGenes = nGenes;
    this.#isWhole = isWhole;
    this.#maxEntries = maxEntries;
    this.#steps = draft.blobWriter(DATASET_BLOBS.cellSteps);
    this.#counts = draft.blobWriter(isWhole ? DATASET_BLOBS.packedByGene : PLAIN_COUNT_BLOBS.geneCounts);
    this.#offsets = draft.blobWriter(DATASET_BLOBS.blockOffsets);
  }

  async chunk({ nCells, indptr, indices, data }: CsrChunk): Promise<void> {
    for (let row = 0; row < nCells; row++) {
      const [from, to] = [indptr[row], indptr[row + 1]];
      if (this.#n > 0 && this.#n + to - from > this.#maxEntries) await this.#flush();
      this.#reserve(this.#n + to - from);
      this.#genes.set(indices.subarray(from, to), this.#n);
      this.#values.set(data.subarray(from, to), this.#n);
      this.#n += to - from;
      this.#ends.push(this.#n);
    }
  }

  /** Says where blocks begin once the last cell has come. */
  async finish(): Promise<Float64Array> {
    if (this.#ends.length > 0) await this.#flush();
    for (const writer of [this.#steps, this.#counts, this.#offsets]) {
      await writer.drain();
      writer.finish();
    }
    this.#genes = new Int32Array(0);
    this.#values = new Float32Array(0);
    return Float64Array.from(this.#firstCells);
  }

  async #flush(): Promise<void> {
    const nGenes = this.#nGenes;
    const starts = new Int32Array(nGenes + 1);
    for (let i = 0; i < this.#n; i++) starts[this.#genes[i] + 1]++;
    for (let gene = 0; gene < nGenes; gene++) starts[gene + 1] += starts[gene];
    const cells = new Int32Array(this.#n);
    const values = new Float32Array(this.#n);
    const next = starts.slice();
    let i = 0;
    this.#ends.forEach((end, cell) => {
      for (; i < end; i++) {
        const at = next[this.#genes[i]]++;
        cells[at] = cell;
        values[at] = this.#values[i];
      }
    });
    await this.#write(starts, cells, values);
    this.#firstCells.push(this.#firstCells.at(-1)! + this.#ends.length);
    this.#ends = [];
    this.#n = 0;
  }

  async #write(starts: Int32Array, cells: Int32Array, values: Float32Array): Promise<void> {
    const steps = new Uint8Array(MAX_VARINT_BYTES * cells.length);
    const counts = new Uint8Array(this.#isWhole ? MAX_VARINT_BYTES * cells.length : 0);
    const offsets = new Float64Array(3 * starts.length);
    let stepAt = 0;
    let countAt = 0;
    for (let gene = 0; gene < starts.length; gene++) {
      offsets[3 * gene] = this.#base.entries + starts[gene];
      offsets[3 * gene + 1] = this.#base.steps + stepAt;
      offsets[3 * gene + 2] = this.#base.counts + countAt;
      if (gene + 1 === starts.length) break;
      stepAt = packRising(cells, starts[gene], starts[gene + 1], steps, stepAt);
      if (this.#isWhole) countAt = packVarints(values, starts[gene], starts[gene + 1], counts, countAt);
    }
    this.#base.entries += cells.length;
    this.#base.steps += stepAt;
    this.#base.counts += countAt;
    await this.#steps.append(steps.slice(0, stepAt));
    await this.#counts.append(this.#isWhole ? counts.slice(0, countAt) : values);
    await this.#offsets.append(offsets);
  }

  #reserve(n: number): void {
    if (n <= this.#genes.length) return;
    const length = Math.max(n, Math.min(2 * this.#genes.length, this.#maxEntries));
    this.#genes = new Int32Array(this.#genes.buffer.transfer(4 * length));
    this.#values = new Float32Array(this.#values.buffer.transfer(4 * length));
  }
}
