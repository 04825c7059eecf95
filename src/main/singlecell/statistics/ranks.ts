/** Ranks from 1, ascending; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let last = first + 1;
    while (last < order.length && values[order[last]] === values[order[first]]) last++;
    for (let i = first; i < last; i++) ranks[order[i]] = (first + last + 1) / 2;
    first = last;
  }
  return ranks;
}

/**
 * Ranks from 1, best first: descending score, ties by ascending `tieBreak`; a score that is not finite comes last.
 *
 * Note: ordinal, so every gene has a rank of its own and the order never depends on the input order.
 */
export function descendingRanks(scores: ArrayLike<number>, tieBreak: ArrayLike<number>): Int32Array {
  const key = (i: number) => (Number.isFinite(scores[i]) ? scores[i] : -Infinity);
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left === right ? tieBreak[a] - tieBreak[b] : right - left;
  });
  const ranks = new Int32Array(scores.length);
  order.forEach((gene, i) => (ranks[gene] = i + 1));
  return ranks;
}

/** Spearman's rank correlation over the pairs in which both are finite; null below 3 pairs or without spread. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (Number.isFinite(x[i]) && Number.isFinite(y[i])) {
      xs.push(x[i]);
      ys.push(y[i]);
    }
  }
  return xs.length < 3 ? null : pearson(averageRanks(xs), averageRanks(ys));
}

/** Pearson's correlation; null without spread. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const n = x.length;
  // The rounded mean of equal values may differ from them, and then what is left would correlate.
  if (isConstant(x) || isConstant(y)) return null;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i] / n;
    meanY += y[i] / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
    xy += (x[i] - meanX) * (y[i] - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
