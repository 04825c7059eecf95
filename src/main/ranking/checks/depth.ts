import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import type { Check } from './subject.ts';
import { chance } from './subject.ts';

/** Correlation below which a dependence that is there does not matter. */
const WEAK = 0.4;

/** Whether cells answer by how much was read of them: library size or number of genes. */
export const depthCheck: Check = ({ evidence: { cells, replicates }, depth }) => {
  if (depth === null) return null;
  const { effects, nGenes, nCells } = cells;
  const far = new Float64Array(nCells);
  const towards = new Float64Array(nCells);
  for (let cell = 0; cell < nCells; cell++) {
    let n = 0;
    for (let gene = 0; gene < nGenes; gene++) {
      const effect = effects[gene * nCells + cell];
      if (Number.isNaN(effect)) continue;
      far[cell] += Math.abs(effect);
      towards[cell] += effect;
      n++;
    }
    far[cell] /= n;
    towards[cell] /= n;
  }
  const groups = replicates.unit === 'donor' ? cells.replicates : null;
  const tests = (
    [
      ['how far they move', 'counts', far, depth.counts],
      ['how far they move', 'genes', far, depth.genes],
      ['where they move', 'counts', towards, depth.counts],
      ['where they move', 'genes', towards, depth.genes],
    ] as const
  ).flatMap(([what, of, x, y]) => {
    const test = correlationTest(x, y, groups);
    return test ? [{ what, of, ...test }] : [];
  });
  if (tests.length === 0) return null;
  const worst = tests.reduce((most, test) => (Math.abs(test.correlation) > Math.abs(most.correlation) ? test : most));
  // Four looks at the same cells.
  const pValue = Math.min(1, tests.length * worst.pValue);
  const value = worst.correlation;
  const found = `Spearman ${value.toFixed(2)}, p = ${chance(pValue)}${groups ? ', within donors' : ''}`;
  return pValue < 0.05 && Math.abs(value) > WEAK
    ? {
        id: 'depth',
        verdict: 'caution',
        value,
        sentence: `Start cells with more ${worst.of} differ in ${worst.what} (${found}): sequencing depth has a part in the effects. Repeat the screen with start cells of similar depth before you trust small differences.`,
      }
    : {
        id: 'depth',
        verdict: 'good',
        value,
        sentence: `Effects do not follow how deeply a start cell was sequenced (strongest of ${tests.length} comparisons: ${found}).`,
      };
};
