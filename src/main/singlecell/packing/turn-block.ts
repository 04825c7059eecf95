/** Rows of a block of cells: packed genes, and counts packed or as they are. */
export interface BlockPiece {
  /** Entries of each cell. */
  lengths: Int32Array;
  genes: Uint8Array;
  counts: Uint8Array | Float32Array;
}

/** A block of cells by gene. */
export interface TurnedBlock {
  nEntries: number;
  /** Varints: of each gene its first cell, counted from the block's first, then the steps to the next ones. */
  steps: Uint8Array;
  /** In the same order, as they came. */
  counts: Uint8Array | Float32Array;
  /** Entries before each gene, and the bytes at which it begins in the two above. Shape: (nGenes + 1) × 3. */
  offsets: Float64Array;
}

/** Genes that are turned together: what is written for them then stays in the processor's cache. */
const STRIP_GENES = 2048;
/** Numbers kept of each gene of a strip, side by side so that an entry touches one line of memory. */
const WIDTH = 4;
const [LAST, N, STEPS, COUNTS] = [0, 1, 2, 3];
/** Of a row without further entries. */
const NO_GENE = 2 ** 31 - 1;

/**
 * Turns a block of cells from by cell to by gene without unpacking it, a strip of genes after the other: the bytes of each
 * gene of the strip are counted, then written where they belong.
 */
export function turnBlock(pieces: readonly BlockPiece[], nGenes: number): TurnedBlock {
  const isPacked = pieces.every(({ counts }) => counts instanceof Uint8Array);
  let nCells = 0;
  let nEntries = 0;
  const rows = pieces.map((piece) => {
    const first = nCells;
    nCells += piece.lengths.length;
    for (const length of piece.lengths) nEntries += length;
    return new PieceRows(piece, first);
  });
  const into: Into = {
    steps: new Uint8Array(nEntries * stepBytes(nCells)),
    packed: new Uint8Array(isPacked ? pieces.reduce((sum, { counts }) => sum + counts.length, 0) : 0),
    plain: new Float32Array(isPacked ? 0 : nEntries),
  };
  const offsets = new Float64Array(3 * (nGenes + 1));
  const of = new Int32Array(WIDTH * STRIP_GENES);
  for (let gene = 0; gene < nGenes; gene += STRIP_GENES) {
    const end = Math.min(nGenes, gene + STRIP_GENES);
    of.fill(0);
    for (const piece of rows) piece.count(gene, end, of, isPacked);
    for (let own = 0; own < end - gene; own++) beginGene(of, WIDTH * own, offsets, 3 * (gene + own), isPacked);
    for (const piece of rows) piece.place(gene, end, of, into, isPacked);
  }
  const counts = isPacked ? into.packed : into.plain;
  return { nEntries, steps: shrunk(into.steps, offsets[3 * nGenes + 1]), counts, offsets };
}

/** The first bytes, in the same memory where they lie. */
function shrunk(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer.transfer(length));
}

interface Into {
  steps: Uint8Array<ArrayBuffer>;
  packed: Uint8Array;
  plain: Float32Array;
}

/** Bytes that a step between cells of a block takes at most. */
function stepBytes(nCells: number): number {
  let bytes = 1;
  for (let rest = nCells >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

/** From what was counted of a gene to where it begins, and where the next one does. */
function beginGene(of: Int32Array, own: number, offsets: Float64Array, at: number, isPacked: boolean): void {
  const n = of[own + N];
  // Nearly every number takes one byte, so only the others were counted.
  offsets[at + 3] = offsets[at] + n;
  offsets[at + 4] = offsets[at + 1] + n + of[own + STEPS];
  offsets[at + 5] = offsets[at + 2] + (isPacked ? n + of[own + COUNTS] : 0);
  of[own + LAST] = 0;
  of[own + N] = offsets[at];
  of[own + STEPS] = offsets[at + 1];
  of[own + COUNTS] = offsets[at + 2];
}

/** The rows of a piece, and how far each was turned. */
class PieceRows {
  readonly #genes: Uint8Array;
  readonly #packed: Uint8Array;
  readonly #plain: Float32Array;
  readonly #firstCell: number;
  /** Of each row: entries left, its next gene, and where the bytes after that gene and those of its count lie. */
  readonly #left: Int32Array;
  readonly #gene: Int32Array;
  readonly #geneAt: Int32Array;
  readonly #countAt: Int32Array;

  constructor({ lengths, genes, counts }: BlockPiece, firstCell: number) {
    this.#genes = genes;
    this.#packed = counts instanceof Uint8Array ? counts : new Uint8Array(0);
    this.#plain = counts instanceof Uint8Array ? new Float32Array(0) : counts;
    this.#firstCell = firstCell;
    this.#left = lengths.slice();
    this.#gene = new Int32Array(lengths.length);
    this.#geneAt = new Int32Array(lengths.length);
    this.#countAt = new Int32Array(lengths.length);
    this.#find(counts instanceof Uint8Array);
  }

  /** Where each row begins, and its first gene: a number ends with each byte below 128. */
  #find(isPacked: boolean): void {
    const [genes, packed] = [this.#genes, this.#packed];
    let geneAt = 0;
    let countAt = 0;
    for (let row = 0; row < this.#left.length; row++) {
      const length = this.#left[row];
      this.#countAt[row] = countAt;
      if (length === 0) {
        this.#gene[row] = NO_GENE;
        continue;
      }
      let gene = genes[geneAt++];
      if (gene > 127) {
        gene &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[geneAt++];
          gene |= (next & 127) << shift;
        }
      }
      this.#gene[row] = gene;
      this.#geneAt[row] = geneAt;
      for (let i = 1; i < length; i++) while (genes[geneAt++] > 127);
      if (isPacked) for (let i = 0; i < length; i++) while (packed[countAt++] > 127);
      else countAt += length;
    }
  }

  /** Counts entries of the genes [first, end), and the bytes that steps and counts take beyond one each. */
  count(first: number, end: number, of: Int32Array, isPacked: boolean): void {
    const [genes, packed] = [this.#genes, this.#packed];
    for (let row = 0; row < this.#left.length; row++) {
      let gene = this.#gene[row];
      if (gene >= end) continue;
      const cell = this.#firstCell + row;
      let left = this.#left[row];
      let geneAt = this.#geneAt[row];
      let countAt = this.#countAt[row];
      while (gene < end) {
        const own = WIDTH * (gene - first);
        for (let cells = cell - of[own + LAST]; cells > 127; cells >>>= 7) of[own + STEPS]++;
        of[own + LAST] = cell;
        of[own + N]++;
        if (isPacked) while (packed[countAt++] > 127) of[own + COUNTS]++;
        if (--left === 0) break;
        let step = genes[geneAt++];
        if (step > 127) {
          step &= 127;
          for (let shift = 7, next = 128; next > 127; shift += 7) {
            next = genes[geneAt++];
            step |= (next & 127) << shift;
          }
        }
        gene += step;
      }
    }
  }

  /** Writes the entries of the genes [first, end) and goes on behind them. */
  place(first: number, end: number, of: Int32Array, into: Into, isPacked: boolean): void {
    const [genes, packed, plain] = [this.#genes, this.#packed, this.#plain];
    const { steps, packed: intoPacked, plain: intoPlain } = into;
    for (let row = 0; row < this.#left.length; row++) {
      let gene = this.#gene[row];
      if (gene >= end) continue;
      const cell = this.#firstCell + row;
      let left = this.#left[row];
      let geneAt = this.#geneAt[row];
      let countAt = this.#countAt[row];
      while (gene < end) {
        const own = WIDTH * (gene - first);
        let cells = cell - of[own + LAST];
        of[own + LAST] = cell;
        let to = of[own + STEPS];
        for (; cells > 127; cells >>>= 7) steps[to++] = (cells & 127) | 128;
        steps[to++] = cells;
        of[own + STEPS] = to;
        if (isPacked) {
          to = of[own + COUNTS];
          let byte = packed[countAt++];
          for (; byte > 127; byte = packed[countAt++]) intoPacked[to++] = byte;
          intoPacked[to++] = byte;
          of[own + COUNTS] = to;
        } else intoPlain[of[own + N]++] = plain[countAt++];
        if (--left === 0) {
          gene = NO_GENE;
          break;
        }
        let step = genes[geneAt++];
        if (step > 127) {
          step &= 127;
          for (let shift = 7, next = 128; next > 127; shift += 7) {
            next = genes[geneAt++];
            step |= (next & 127) << shift;
          }
        }
        gene += step;
      }
      this.#gene[row] = gene;
      this.#left[row] = left;
      this.#geneAt[row] = geneAt;
      this.#countAt[row] = countAt;
    }
  }
}
