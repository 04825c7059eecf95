/**
 * z = (value − mean) / population standard deviation over the included cells of each group; 0 in a group without spread,
 * NaN for cells that are not included.
 */
export function zScores(values: ArrayLike<number>, include: Uint8Array, groups?: Int32Array): Float64Array {
  const moments = new Map<number, { n: number; mean: number; squares: number }>();
  const groupOf = (cell: number) => groups?.[cell] ?? -1;
  for (let cell = 0; cell < values.length; cell++) {
    if (!include[cell]) continue;
    let group = moments.get(groupOf(cell));
    if (!group) moments.set(groupOf(cell), (group = { n: 0, mean: 0, squares: 0 }));
    // Welford's update: no cancellation for large totals with a small spread.
    group.n++;
    const delta = values[cell] - group.mean;
    group.mean += delta / group.n;
    group.squares += delta * (values[cell] - group.mean);
  }
  return Float64Array.from({ length: values.length }, (_, cell) => {
    if (!include[cell]) return NaN;
    const { n, mean, squares } = moments.get(groupOf(cell))!;
    const sd = Math.sqrt(squares / n);
    return sd > 0 ? (values[cell] - mean) / sd : 0;
  });
}
