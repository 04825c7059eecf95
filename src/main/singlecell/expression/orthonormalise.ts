/**
 * Makes the columns of a tall block orthonormal, to each other and to a basis, in place, and appends them to the basis; a
 * column that depends on earlier ones becomes zero.
 *
 * Shape: block rows × width, row-major; basis columns of length rows.
 * Note: modified Gram-Schmidt, each column twice: once is not enough when singular values span many decades.
 */
export function extendBasis(basis: Float64Array[], block: Float64Array, rows: number, width: number): void {
  for (let j = 0; j < width; j++) {
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) column[i] = block[i * width + j];
    const before = norm(column);
    for (let round = 0; round < 2; round++) subtractProjections(column, basis);
    const length = norm(column);
    const factor = length > 1e-12 * before ? 1 / length : 0;
    for (let i = 0; i < rows; i++) block[i * width + j] = column[i] *= factor;
    basis.push(column);
  }
}

/** Takes from a column its part along each basis column, one after the other. */
function subtractProjections(column: Float64Array, basis: readonly Float64Array[]): void {
  const rows = column.length;
  let dot = 0;
  for (let i = 0; i < rows && basis.length > 0; i++) dot += basis[0][i] * column[i];
  for (let k = 0; k < basis.length; k++) {
    const current = basis[k];
    const following = basis[k + 1] ?? current;
    const factor = dot;
    dot = 0;
    // The next product is summed while the column is changed: one way through memory instead of two.
    for (let i = 0; i < rows; i++) {
      const value = (column[i] -= factor * current[i]);
      dot += following[i] * value;
    }
  }
}

function norm(column: Float64Array): number {
  let sum = 0;
  for (const value of column) sum += value * value;
  return Math.sqrt(sum);
}
