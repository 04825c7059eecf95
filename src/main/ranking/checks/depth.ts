import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import { insertsGenes } from '#shared/domain/screen.ts';
import { type DepthDependence, depthDependence } from '../depth-dependence.ts';
import { hundredths } from '../report/numbers.ts';
import type { Check } from './subject.ts';
import { chance, percent } from './subject.ts';

/** Correlation below which a dependence that is there does not matter. */
const WEAK = 0.4;

/** Whether cells answer by how much was read of them: library size or number of genes. */
export const depthCheck: Check = ({ evidence: { cells, replicates }, depth, operator }) => {
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
  const found = `Spearman ${hundredths(value)}, p = ${chance(pValue)}${groups ? ', within donors' : ''}`;
  const dependence = depthDependence(cells, depth.counts, groups);
  return pValue < 0.05 && Math.abs(value) > WEAK
    ? {
        id: 'depth',
        verdict: 'caution',
        value,
        sentence: `Start cells with more ${worst.of} differ in ${worst.what} (${found}): sequencing depth has a part in the effects. ${causeInWords(dependence, insertsGenes(operator))}`,
      }
    : {
        id: 'depth',
        verdict: 'good',
        value,
        sentence: `Effects do not follow how deeply a start cell was sequenced (strongest of ${tests.length} comparisons: ${found}).`,
      };
};

/** What the dependence is made of and what helps. Source: docs/reference/screen-study-depth.md. */
function causeInWords({ nFollowing, nTested, nByReading, nWithin, unread }: DepthDependence, raises: boolean): string {
  if (nFollowing === 0)
    return `No single gene of ${nTested} follows counts beyond chance, so the order of genes hardly depends on it.`;
  const followers = `${nFollowing} of ${nTested} genes follow counts`;
  if (raises && 2 * nByReading > nFollowing && unread.deep > unread.shallow)
    return `${followers}, ${nByReading} of them because deeper cells do not read the raised gene (${percent(unread.deep)} of effects there are 0, ${percent(unread.shallow)} in the other half of the cells); among the cells that read a gene, ${nWithin} follow. Correcting effects for depth does not mend this: screen with the dose by depth, or with to-rank, which every cell reads.`;
  return `${followers}: compare with a screen of to-rank, which every cell reads, before you trust small differences.`;
}
