/**
 * False discovery rate of each test: fdr_(i) = min over j ≥ i of m · p_(j) / j, at most 1.
 *
 * Source: Benjamini and Hochberg 1995, J R Stat Soc B 57:289. Note: NaN p-values are no tests: they stay NaN and do not
 * count in m.
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const fdr = new Float64Array(pValues.length).fill(NaN);
  const order: number[] = [];
  for (let i = 0; i < pValues.length; i++) if (!Number.isNaN(pValues[i])) order.push(i);
  order.sort((a, b) => pValues[b] - pValues[a] || b - a);
  let smallest = 1;
  order.forEach((test, i) => {
    smallest = Math.min(smallest, (pValues[test] * order.length) / (order.length - i));
    fdr[test] = smallest;
  });
  return fdr;
}
