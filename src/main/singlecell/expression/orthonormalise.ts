/**
 * Makes the columns of a tall block orthonormal in place; a column that depends on earlier ones becomes zero.
 *
 * Shape: rows × width, row-major.
 * Note: modified Gram-Schmidt, each column twice: once is not enough when singular values span many decades.
 */
export function orthonormalise(block: Float64Array, rows: number, width: number): void {
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => block[i * width + j]),
  );
  columns.forEach((column, j) => {
    const before = norm(column);
    for (let round = 0; round < 2; round++) {
      for (let k = 0; k < j; k++) {
        const earlier = columns[k];
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += earlier[i] * column[i];
        for (let i = 0; i < rows; i++) column[i] -= dot * earlier[i];
      }
    }
    const length = norm(column);
    const factor = length > 1e-12 * before ? 1 / length : 0;
    for (let i = 0; i < rows; i++) block[i * width + j] = column[i] *= factor;
  });
}

function norm(column: Float64Array): number {
  let sum = 0;
  for (const value of column) sum += value * value;
  return Math.sqrt(sum);
}
