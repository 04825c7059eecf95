import { CounterRandom } from '#shared/util/random.ts';
import { memoryCounts } from '#singlecell/count-source.ts';
import { addedPairs } from '#singlecell/qc/doublets/simulate.ts';
import type { CountSource } from '#singlecell/types.ts';

/** Cells with doublets of two different states after them; each is the sum of two of the cells. */
export function plantDoublets(
  counts: CountSource,
  codes: Int32Array,
  share: number,
  seed = 5,
): { counts: CountSource; nPlanted: number } {
  const { nCells, nGenes } = counts;
  const nPlanted = Math.round(share * nCells);
  const random = new CounterRandom(seed, 'plant');
  const pairs: number[] = [];
  for (let i = 0; pairs.length < 2 * nPlanted; i++) {
    const first = random.integer(2 * i, nCells);
    const second = random.integer(2 * i + 1, nCells);
    if (codes[first] !== codes[second]) pairs.push(first, second);
  }
  const all = counts.rows(0, nCells);
  const doublets = addedPairs(all, Int32Array.from(pairs)).rows(0, nPlanted);
  const indptr = new Float64Array(nCells + nPlanted + 1);
  indptr.set(all.indptr);
  for (let i = 1; i <= nPlanted; i++) indptr[nCells + i] = all.indptr[nCells] + doublets.indptr[i];
  const indices = new Int32Array(indptr[nCells + nPlanted]);
  indices.set(all.indices);
  indices.set(doublets.indices, all.indices.length);
  const data = new Float32Array(indices.length);
  data.set(all.data);
  data.set(doublets.data, all.data.length);
  return { counts: memoryCounts({ nGenes, indptr, indices, data }), nPlanted };
}

/** Replaces each molecule, with the probability `share`, by one drawn from the mean of all cells. */
export function plantAmbient(counts: CountSource, share: number, seed = 3): CountSource {
  const { nCells, nGenes } = counts;
  const all = counts.rows(0, nCells);
  const sums = new Float64Array(nGenes);
  for (let i = 0; i < all.data.length; i++) sums[all.indices[i]] += all.data[i];
  for (let gene = 1; gene < nGenes; gene++) sums[gene] += sums[gene - 1];
  const random = new CounterRandom(seed, 'soup');
  let drawn = 0;
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  for (let cell = 0; cell < nCells; cell++) {
    const row = new Map<number, number>();
    for (let at = all.indptr[cell]; at < all.indptr[cell + 1]; at++) {
      for (let molecule = 0; molecule < all.data[at]; molecule++) {
        const isReplaced = random.uniform(drawn++) < share;
        const gene = isReplaced ? geneAt(sums, random.uniform(drawn++) * sums[nGenes - 1]) : all.indices[at];
        row.set(gene, (row.get(gene) ?? 0) + 1);
      }
    }
    for (const gene of [...row.keys()].sort((a, b) => a - b)) {
      indices.push(gene);
      data.push(row.get(gene)!);
    }
    indptr.push(indices.length);
  }
  return memoryCounts({ nGenes, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) });
}

function geneAt(cumulative: Float64Array, molecule: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > molecule) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Area under the ROC curve of telling the last `nPositive` scores from those before; ties count half. */
export function areaUnderCurve(scores: ArrayLike<number>, nPositive: number): number {
  const nNegative = scores.length - nPositive;
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let sum = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]] === scores[order[from]]) to++;
    for (let i = from; i < to; i++) if (order[i] >= nNegative) sum += (from + to + 1) / 2;
    from = to;
  }
  return (sum - (nPositive * (nPositive + 1)) / 2) / (nPositive * nNegative);
}

/** Share of positives among the `nPositive` highest scores. */
export function precisionAmongAsMany(scores: ArrayLike<number>, nPositive: number): number {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, nPositive).filter((i) => i >= scores.length - nPositive).length / nPositive;
}
