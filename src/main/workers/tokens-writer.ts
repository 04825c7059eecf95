import { deserialize, serialize } from 'node:v8';
import type { JobContext } from '#jobs/worker.ts';
import type { ArtifactDraft, BlobPosition, BlobWriter } from '#project/artifacts.ts';
import { release } from '#shared/util/release.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { addSums } from '#singlecell/tokenize/tokenise.ts';
import type { EncodedCells, EncodedSums } from '#singlecell/tokenize/rank-encode.ts';

const { values } = TOKENS_BLOBS;
/** Tokens of which each has a number of 16 bits. */
const MAX_SHORT_TOKENS = 2 ** 16;

interface Saved {
  /** Of whoever wrote it; another one starts anew. */
  fingerprint: string;
  nextCell: number;
  positions: Record<string, BlobPosition>;
  cells: Int32Array;
  lengths: Int32Array;
  sums: EncodedSums;
}

interface TokensWriterOptions {
  /** Of the program and its work. */
  fingerprint: string;
  nCells: number;
  /** Of the vocabulary. */
  nTokens: number;
  /** How many cells a crash may cost. */
  saveCells: number;
}

/**
 * Takes encoded cells in order and keeps them in the state of the job, so that a stopped one goes on after the last cells
 * it saved. Memory: two numbers a cell.
 */
export class TokensWriter {
  readonly #context: JobContext;
  readonly #fingerprint: string;
  readonly #writers: Record<string, BlobWriter>;
  readonly #saveCells: number;
  /** Blob of the token ids. */
  readonly #ids: string;
  readonly #cells: Int32Array;
  readonly #lengths: Int32Array;
  #nEncoded: number;
  #sums: EncodedSums;
  #nextCell: number;
  #savedCell: number;

  private constructor(context: JobContext, options: TokensWriterOptions, saved: Saved | null) {
    const { jobs } = context.project;
    this.#context = context;
    this.#fingerprint = options.fingerprint;
    this.#saveCells = options.saveCells;
    this.#ids = options.nTokens <= MAX_SHORT_TOKENS ? TOKENS_BLOBS.shortTokenIds : TOKENS_BLOBS.tokenIds;
    this.#writers = Object.fromEntries(
      [this.#ids, values].map((name) => [name, jobs.stateWriter(context.jobId, name, saved?.positions[name])]),
    );
    this.#cells = new Int32Array(options.nCells);
    this.#lengths = new Int32Array(options.nCells);
    this.#cells.set(saved?.cells ?? []);
    this.#lengths.set(saved?.lengths ?? []);
    this.#nEncoded = saved?.cells.length ?? 0;
    this.#sums = saved?.sums ?? addSums([]);
    this.#nextCell = this.#savedCell = saved?.nextCell ?? 0;
  }

  static async open(context: JobContext, options: TokensWriterOptions): Promise<TokensWriter> {
    const bytes = await context.loadCheckpoint();
    const saved = bytes ? (deserialize(bytes) as Saved) : null;
    return new TokensWriter(context, options, saved?.fingerprint === options.fingerprint ? saved : null);
  }

  /** First cell that is still to be encoded. */
  get nextCell(): number {
    return this.#nextCell;
  }

  /** Rows of the dataset and tokens of the cells so far; sums over them. */
  get encoded(): { cells: Int32Array; lengths: Int32Array; sums: EncodedSums } {
    const n = this.#nEncoded;
    return { cells: this.#cells.subarray(0, n), lengths: this.#lengths.subarray(0, n), sums: this.#sums };
  }

  /** The arrays belong to the writer, and are gone afterwards. */
  async add(encoded: EncodedCells, nextCell: number): Promise<void> {
    const { tokenIds } = encoded;
    const ids = this.#ids === TOKENS_BLOBS.shortTokenIds ? new Uint16Array(tokenIds) : tokenIds;
    this.#writers[this.#ids].write(ids);
    this.#writers[values].write(encoded.values);
    [ids, tokenIds, encoded.values].forEach(release);
    this.#cells.set(encoded.cells, this.#nEncoded);
    this.#lengths.set(encoded.lengths, this.#nEncoded);
    this.#nEncoded += encoded.cells.length;
    this.#sums = addSums([this.#sums, encoded]);
    this.#nextCell = nextCell;
    if (nextCell - this.#savedCell >= this.#saveCells) await this.save();
  }

  async save(): Promise<void> {
    const positions: Record<string, BlobPosition> = {};
    for (const [name, writer] of Object.entries(this.#writers)) positions[name] = writer.suspend();
    const { cells, lengths, sums } = this.encoded;
    const saved: Saved = {
      fingerprint: this.#fingerprint,
      nextCell: this.#nextCell,
      positions,
      cells: cells.slice(),
      lengths: lengths.slice(),
      sums,
    };
    await this.#context.saveCheckpoint(serialize(saved));
    this.#savedCell = this.#nextCell;
  }

  /** Ends the two streams; the artifact takes them over when it is kept. */
  finish(): void {
    for (const writer of Object.values(this.#writers)) writer.finish();
  }

  giveTo(draft: ArtifactDraft): void {
    for (const name of Object.keys(this.#writers)) draft.adopt(this.#context.jobId, name);
  }
}
