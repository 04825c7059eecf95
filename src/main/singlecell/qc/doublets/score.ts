/** Share of simulated doublets among the neighbours, turned into the probability of being a doublet. */
export interface DoubletOdds {
  /** Neighbours that are looked at. */
  nNeighbours: number;
  /** Share of cells expected to be doublets. */
  expectedRate: number;
  /** Simulated doublets per reference cell. */
  ratio: number;
}

/**
 * Likelihood that a cell with `nSimulated` simulated doublets among its neighbours is a doublet.
 *
 * With q = (nSimulated + 1) / (neighbours + 2), r simulated doublets per cell and an expected rate ρ:
 * score = (q ρ / r) / (1 − ρ − q (1 − ρ − ρ / r)).
 *
 * Source: Wolock, Lopez and Klein, Scrublet, Cell Systems 8 (2019) 281, STAR Methods.
 */
export function doubletScore(nSimulated: number, { nNeighbours, expectedRate, ratio }: DoubletOdds): number {
  const q = (nSimulated + 1) / (nNeighbours + 2);
  const rate = expectedRate / ratio;
  return (q * rate) / (1 - expectedRate - q * (1 - expectedRate - rate));
}

const MOST_BINS = 50;
const MOST_ROUNDS = 10_000;
/** A valley less deep than this, against the lower peak, is chance. */
const VALLEY = 0.75;
/** A peak that holds less than this share of all is chance. */
const LEAST_SHARE = 0.05;

/**
 * The valley between the two peaks of the numbers of simulated neighbours that simulated doublets have: below lie doublets
 * of two like cells, which look like one. Null where there are no two separate peaks.
 *
 * A histogram is smoothed (running mean of three) until two maxima are left.
 *
 * Source: Prewitt and Mendelsohn, The analysis of cell images, Annals NYAS 128 (1966) 1035 (mode method), as Scrublet.
 * Note: over neighbours instead of scores, whose steps grow towards 1 and leave gaps between bins.
 */
export function valley(nSimulated: ArrayLike<number>, nNeighbours: number): number | null {
  const width = Math.ceil((nNeighbours + 1) / MOST_BINS);
  const nBins = Math.ceil((nNeighbours + 1) / width);
  let heights = new Float64Array(nBins);
  for (let i = 0; i < nSimulated.length; i++) heights[Math.floor(nSimulated[i] / width)]++;
  // The last bin may span fewer numbers than the others.
  heights[nBins - 1] *= width / (nNeighbours + 1 - (nBins - 1) * width);
  let peaks = maxima(heights);
  for (let round = 0; peaks.length > 2 && round < MOST_ROUNDS; round++) {
    heights = smoothed(heights);
    peaks = maxima(heights);
  }
  if (peaks.length !== 2) return null;
  let lowest = peaks[0];
  for (let bin = peaks[0]; bin <= peaks[1]; bin++) if (heights[bin] < heights[lowest]) lowest = bin;
  const isDeep = heights[lowest] <= VALLEY * Math.min(heights[peaks[0]], heights[peaks[1]]);
  const threshold = Math.min(nNeighbours, (lowest + 0.5) * width);
  let nAbove = 0;
  for (let i = 0; i < nSimulated.length; i++) if (nSimulated[i] > threshold) nAbove++;
  const least = LEAST_SHARE * nSimulated.length;
  return isDeep && nAbove >= least && nSimulated.length - nAbove >= least ? threshold : null;
}

/** First bin of each rise that is followed by a fall; the ends count. */
function maxima(heights: Float64Array): number[] {
  const found: number[] = [];
  let rising = true;
  for (let bin = 0; bin < heights.length; bin++) {
    const next = bin + 1 < heights.length ? heights[bin + 1] : -1;
    if (rising && next < heights[bin]) {
      found.push(bin);
      rising = false;
    } else if (!rising && next > heights[bin]) rising = true;
  }
  return found;
}

function smoothed(heights: Float64Array): Float64Array<ArrayBuffer> {
  const last = heights.length - 1;
  return Float64Array.from(
    heights,
    (height, bin) => (heights[Math.max(0, bin - 1)] + height + heights[Math.min(last, bin + 1)]) / 3,
  );
}
