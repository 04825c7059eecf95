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

/** Numbers kept of each gene, side by side so that an entry touches one line of memory. */
const WIDTH = 4;
const [LAST, N, STEPS, COUNTS] = [0, 1, 2, 3];

/**
 * Turns a block of cells from by cell to by gene without unpacking it: the bytes of each gene are counted, then written
 * where they belong.
 */
export function turnBlock(pieces: readonly BlockPiece[], nGenes: number, isShared = false): TurnedBlock {
  const isPacked = pieces.every(({ counts }) => counts instanceof Uint8Array);
  const of = new Int32Array(WIDTH * nGenes);
  let cell = 0;
  for (const piece of pieces) cell = countBytes(piece, cell, of, isPacked);
  const offsets = new Float64Array(3 * (nGenes + 1));
  for (let gene = 0; gene < nGenes; gene++) {
    const [at, own] = [3 * gene, WIDTH * gene];
    offsets[at + 3] = offsets[at] + of[own + N];
    offsets[at + 4] = offsets[at + 1] + of[own + STEPS];
    offsets[at + 5] = offsets[at + 2] + of[own + COUNTS];
    of[own + LAST] = 0;
    of[own + N] = offsets[at];
    of[own + STEPS] = offsets[at + 1];
    of[own + COUNTS] = offsets[at + 2];
  }
  const [nEntries, nSteps, nCounts] = offsets.subarray(3 * nGenes);
  const memory = (length: number) => (isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
  const steps = new Uint8Array(memory(nSteps));
  const counts = isPacked ? new Uint8Array(memory(nCounts)) : new Float32Array(memory(4 * nEntries));
  cell = 0;
  for (const piece of pieces) {
    cell =
      counts instanceof Uint8Array
        ? placePacked(piece, cell, of, steps, counts)
        : placePlain(piece, cell, of, steps, counts);
  }
  return { nEntries, steps, counts, offsets };
}

function countBytes({ lengths, genes, counts }: BlockPiece, cell: number, of: Int32Array, isPacked: boolean): number {
  let at = 0;
  let countAt = 0;
  for (const length of lengths) {
    let gene = 0;
    for (let i = 0; i < length; i++) {
      let step = genes[at++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[at++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      const own = WIDTH * gene;
      let cells = cell - of[own + LAST];
      of[own + LAST] = cell;
      of[own + N]++;
      of[own + STEPS]++;
      for (; cells > 127; cells >>>= 7) of[own + STEPS]++;
      if (!isPacked) continue;
      of[own + COUNTS]++;
      while (counts[countAt++] > 127) of[own + COUNTS]++;
    }
    cell++;
  }
  return cell;
}

function placePacked(
  { lengths, genes, counts }: BlockPiece,
  cell: number,
  of: Int32Array,
  intoSteps: Uint8Array,
  intoCounts: Uint8Array,
): number {
  let at = 0;
  let countAt = 0;
  for (const length of lengths) {
    let gene = 0;
    for (let i = 0; i < length; i++) {
      let step = genes[at++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[at++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      const own = WIDTH * gene;
      let cells = cell - of[own + LAST];
      of[own + LAST] = cell;
      let to = of[own + STEPS];
      for (; cells > 127; cells >>>= 7) intoSteps[to++] = (cells & 127) | 128;
      intoSteps[to++] = cells;
      of[own + STEPS] = to;
      to = of[own + COUNTS];
      let byte = counts[countAt++];
      for (; byte > 127; byte = counts[countAt++]) intoCounts[to++] = byte;
      intoCounts[to++] = byte;
      of[own + COUNTS] = to;
    }
    cell++;
  }
  return cell;
}

function placePlain(
  { lengths, genes, counts }: BlockPiece,
  cell: number,
  of: Int32Array,
  intoSteps: Uint8Array,
  intoCounts: Float32Array,
): number {
  let at = 0;
  let countAt = 0;
  for (const length of lengths) {
    let gene = 0;
    for (let i = 0; i < length; i++) {
      let step = genes[at++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[at++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      const own = WIDTH * gene;
      let cells = cell - of[own + LAST];
      of[own + LAST] = cell;
      let to = of[own + STEPS];
      for (; cells > 127; cells >>>= 7) intoSteps[to++] = (cells & 127) | 128;
      intoSteps[to++] = cells;
      of[own + STEPS] = to;
      intoCounts[of[own + N]++] = counts[countAt++];
    }
    cell++;
  }
  return cell;
}
