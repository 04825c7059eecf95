/**
 * Makes the columns of a tall block orthonormal, to each other and to a basis, in place, and appends them to the basis; a
 * column that depends on earlier ones becomes zero.
 *
 * Shape: block rows × width, row-major; basis columns of length rows.
 * Note: modified Gram-Schmidt, each column twice: once is not enough when singular values span many decades.
 */
export function extendBasis(basis: Float64Array[], block: Float64Array, rows: number, width: number): void {
  for (let j = 0; j < width; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => block[i * width + j]);
    const before = norm(column);
    for (let round = 0; round < 2; round++) {
      for (const earlier of basis) {
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += earlier[i] * column[i];
        if (dot !== 0) for (let i = 0; i < rows; i++) column[i] -= dot * earlier[i];
      }
    }
    const length = norm(column);
    const factor = length > 1e-12 * before ? 1 / length : 0;
    for (let i = 0; i < rows; i++) block[i * width + j] = column[i] *= factor;
    basis.push(column);
  }
}

function norm(column: Float64Array): number {
  let sum = 0;
  for (const value of column) sum += value * value;
  return Math.sqrt(sum);
}
