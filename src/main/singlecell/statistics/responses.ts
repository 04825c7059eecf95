/** Effects of genes on several states (or cells). Shape: genes × states. */
export interface ResponseMatrix {
  effects: ArrayLike<number>;
  nGenes: number;
  nStates: number;
}

/**
 * Effect on one state beyond what the gene does to the others: effect − mean effect on the other states.
 *
 * A gene that moves cells towards everything is a universal responder, and what is left of it is near 0. NaN where the
 * gene has no effect on the state or on none of the others.
 * Source: Ahlmann-Eltze et al. 2025, Nat Methods 22:1657 (the mean response as the bar to pass); the subtraction is the
 * "specific effect" of two-way tables, Tukey 1977, ch. 10.
 */
export function specificEffects({ effects, nGenes, nStates }: ResponseMatrix, state: number): Float64Array {
  return Float64Array.from({ length: nGenes }, (_, gene) => {
    let sum = 0;
    let n = 0;
    for (let other = 0; other < nStates; other++) {
      const effect = effects[gene * nStates + other];
      if (other === state || Number.isNaN(effect)) continue;
      sum += effect;
      n++;
    }
    return n > 0 ? effects[gene * nStates + state] - sum / n : NaN;
  });
}

/**
 * How much of all effects is one response common to every perturbation.
 *
 * `meanShare`: sum of squares of the mean response over that of all, 0 to 1; a model that answers everything alike has 1,
 * one whose responses point anywhere has about 1 / genes. `rankOneShare`: largest squared singular value over the sum of
 * all: 1 means that all perturbations move cells along one line, if by different lengths. Rows with NaN are left out. Null
 * where nothing moves.
 * Source: mode collapse of perturbation models: Mejia et al. 2025, arXiv:2506.22641; singular values: Eckart and Young 1936.
 */
export function responseCollapse(responses: ResponseMatrix): { meanShare: number; rankOneShare: number } | null {
  const { effects, nGenes, nStates } = responses;
  const gram = new Float64Array(nStates * nStates);
  const mean = new Float64Array(nStates);
  let kept = 0;
  for (let gene = 0; gene < nGenes; gene++) {
    const row = Array.from({ length: nStates }, (_, state) => effects[gene * nStates + state]);
    if (row.some((effect) => Number.isNaN(effect))) continue;
    kept++;
    for (let i = 0; i < nStates; i++) {
      mean[i] += row[i];
      for (let j = 0; j < nStates; j++) gram[i * nStates + j] += row[i] * row[j];
    }
  }
  let trace = 0;
  for (let i = 0; i < nStates; i++) trace += gram[i * nStates + i];
  if (!(trace > 0)) return null;
  const common = mean.reduce((sum, value) => sum + value ** 2, 0) / kept;
  return { meanShare: common / trace, rankOneShare: largestEigenvalue(gram, nStates) / trace };
}

/** Largest eigenvalue of a symmetric matrix without negative ones, by Jacobi rotations. Source: Golub and Van Loan, ch. 8.5. */
function largestEigenvalue(matrix: Float64Array, n: number): number {
  const a = Float64Array.from(matrix);
  const scale = a.reduce((sum, value) => sum + value ** 2, 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off <= 1e-30 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, n, p, q);
  }
  return Array.from({ length: n }, (_, i) => a[i * n + i]).reduce((left, right) => Math.max(left, right));
}

function rotate(a: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
}
