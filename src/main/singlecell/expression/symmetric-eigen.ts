/**
 * Eigenvalues (descending) and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations.
 *
 * Shape: `matrix` n × n row-major; `vectors` n × n, column j belongs to `values[j]`.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., §8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const scale = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0)) || 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (Math.sqrt(off) <= 1e-15 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i] || i - j);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let row = 0; row < n; row++) vectors[row * n + to] = v[row * n + from];
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const tau = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let i = 0; i < n; i++) {
    const aip = a[i * n + p];
    const aiq = a[i * n + q];
    a[i * n + p] = c * aip - s * aiq;
    a[i * n + q] = s * aip + c * aiq;
  }
  for (let i = 0; i < n; i++) {
    const api = a[p * n + i];
    const aqi = a[q * n + i];
    a[p * n + i] = c * api - s * aqi;
    a[q * n + i] = s * api + c * aqi;
    const vip = v[i * n + p];
    const viq = v[i * n + q];
    v[i * n + p] = c * vip - s * viq;
    v[i * n + q] = s * vip + c * viq;
  }
}
