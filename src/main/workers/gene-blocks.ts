import { release } from '#shared/util/release.ts';
import type { ArtifactDraft, BlobWriter } from '#project/artifacts.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from '#project/stored/dataset-blobs.ts';
import { packInPlace, type PackRunner } from '#singlecell/packing/packing.ts';
import type { BlockPiece, TurnedBlock } from '#singlecell/packing/turn-block.ts';

/** Entries of a block of cells that are held and turned at a time: about 2 bytes each, and as much again turned. */
const BLOCK_ENTRIES = 1 << 23;

/** Rows that came, with counts packed or as they are. */
export interface BlockRows {
  nCells: number;
  entryEnds: Float64Array;
  geneEnds: Float64Array;
  /** Null: a value for each entry. */
  countEnds: Float64Array | null;
  genes: Uint8Array;
  counts: Uint8Array | Float32Array;
}

/**
 * Keeps counts by gene while cells pass by: blocks of cells are turned in memory and written, so one pass over the cells
 * is enough whatever their number. One block is turned beside the calling thread while the next one comes.
 */
export class GeneBlocksWriter {
  /** Cells that express each gene, once all have come. */
  readonly detections: Int32Array;
  readonly #nGenes: number;
  readonly #maxEntries: number;
  readonly #runner: PackRunner;
  readonly #steps: BlobWriter;
  readonly #counts: BlobWriter;
  readonly #offsets: BlobWriter;
  readonly #firstCells: number[] = [0];
  #pieces: BlockPiece[] = [];
  #nCells = 0;
  #nEntries = 0;
  #turning: Promise<TurnedBlock> | null = null;
  #base = { entries: 0, steps: 0, counts: 0 };

  /** `isWhole`: counts, which come packed; other values are kept as they are. */
  constructor(
    draft: ArtifactDraft,
    nGenes: number,
    isWhole: boolean,
    { maxEntries = BLOCK_ENTRIES, runner = packInPlace }: { maxEntries?: number; runner?: PackRunner } = {},
  ) {
    this.detections = new Int32Array(nGenes);
    this.#nGenes = nGenes;
    this.#maxEntries = maxEntries;
    this.#runner = runner;
    this.#steps = draft.blobWriter(DATASET_BLOBS.cellSteps);
    this.#counts = draft.blobWriter(isWhole ? DATASET_BLOBS.packedByGene : PLAIN_COUNT_BLOBS.geneCounts);
    this.#offsets = draft.blobWriter(DATASET_BLOBS.blockOffsets);
  }

  /** The rows belong to the writer afterwards. */
  async rows(rows: BlockRows): Promise<void> {
    const { nCells, entryEnds } = rows;
    let first = 0;
    let before = 0;
    for (let cell = 0; cell < nCells; cell++) {
      const size = entryEnds[cell] - before;
      before = entryEnds[cell];
      if (this.#nEntries > 0 && this.#nEntries + size > this.#maxEntries) {
        this.#take(rows, first, cell);
        first = cell;
        await this.#turn();
      }
      this.#nEntries += size;
      this.#nCells++;
    }
    this.#take(rows, first, nCells);
  }

  /** Says where blocks begin once the last cell has come. */
  async finish(): Promise<Float64Array> {
    if (this.#nCells > 0) await this.#turn();
    await this.#writeTurned();
    for (const writer of [this.#steps, this.#counts, this.#offsets]) writer.finish();
    return Float64Array.from(this.#firstCells);
  }

  /** Rows [first, last) belong to the block. */
  #take({ nCells, entryEnds, geneEnds, countEnds, genes, counts }: BlockRows, first: number, last: number): void {
    if (first === last) return;
    // A part of the rows is copied, as each piece goes to its block with its memory.
    const part = <T extends Uint8Array | Float32Array>(values: T, ends: Float64Array) =>
      last - first === nCells ? values : (values.slice(first === 0 ? 0 : ends[first - 1], ends[last - 1]) as T);
    const lengths = new Int32Array(last - first);
    for (let cell = first; cell < last; cell++) {
      lengths[cell - first] = entryEnds[cell] - (cell === 0 ? 0 : entryEnds[cell - 1]);
    }
    this.#pieces.push({ lengths, genes: part(genes, geneEnds), counts: part(counts, countEnds ?? entryEnds) });
  }

  async #turn(): Promise<void> {
    await this.#writeTurned();
    this.#turning = this.#runner.turn(this.#pieces, this.#nGenes);
    // It is awaited when the next block is full, or not at all where the import stops before.
    this.#turning.catch(() => undefined);
    this.#firstCells.push(this.#firstCells.at(-1)! + this.#nCells);
    this.#pieces = [];
    this.#nCells = 0;
    this.#nEntries = 0;
  }

  async #writeTurned(): Promise<void> {
    const turned = await this.#turning;
    this.#turning = null;
    if (!turned) return;
    const { nEntries, steps, counts, offsets } = turned;
    const base = this.#base;
    for (let gene = 0; gene <= this.#nGenes; gene++) {
      if (gene < this.#nGenes) this.detections[gene] += offsets[3 * gene + 3] - offsets[3 * gene];
      offsets[3 * gene] += base.entries;
      offsets[3 * gene + 1] += base.steps;
      offsets[3 * gene + 2] += base.counts;
    }
    base.entries += nEntries;
    base.steps += steps.length;
    if (counts instanceof Uint8Array) base.counts += counts.length;
    this.#steps.write(steps);
    this.#counts.write(counts);
    this.#offsets.write(offsets);
    [steps, counts, offsets].forEach(release);
  }
}
