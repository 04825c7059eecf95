import { describe, expect, it } from 'vitest';
import { ArtifactId } from '#shared/domain/ids.ts';
import { CalibrationReport } from '#shared/domain/lab-results.ts';
import { DEFAULT_WEIGHTS, WITNESSES } from '#shared/domain/witness.ts';
import { RankingReport, type RankedGene } from '#shared/domain/ranking.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { calibrate } from '#ranking/calibration/calibrate.ts';
import { readOutcomes, type Outcome } from '#ranking/calibration/read-outcomes.ts';
import { aucOf, shareOf } from '#ranking/calibration/shares.ts';
import { makeRanking } from '../make-ranking.ts';

const stored = await makeRanking();
const N = 120;
const random = new CounterRandom(5, 'calibration test');

/** Genes whose points are drawn; what makes a hit is up to a test. */
const genes: RankedGene[] = Array.from({ length: N }, (_, i) => ({
  ...stored.genes[0],
  rank: i + 1,
  geneId: `ENSG${String(i).padStart(11, '0')}`,
  symbol: `GENE${i}`,
  rankByModel: N - i,
  rankByFoldChange: i + 1,
  witnesses: Object.fromEntries(WITNESSES.map((name, k) => [name, 3 * random.uniform(i * 16 + k)])),
}));
const report = RankingReport.parse(stored.report);
const outcomesOf = (test: (gene: RankedGene) => boolean, tested = genes): Outcome[] =>
  tested.map((gene) => ({ name: gene.symbol, isHit: test(gene), value: null, nLines: 1 }));
const run = (outcomes: Outcome[], nLines = outcomes.length) =>
  CalibrationReport.parse(
    calibrate({
      ranking: ArtifactId.parse('a'.repeat(64)),
      genes,
      report: { ...report, weights: DEFAULT_WEIGHTS },
      outcomes,
      nLines,
      cut: 50,
      resolve: (name) => (name === 'old name' ? genes[0].geneId : null),
    }),
  );

describe('a ranking against the bench', () => {
  it('counts hits among the tested genes of every depth, with intervals', () => {
    const { precision, methods, nHits } = run(outcomesOf(({ rank }) => rank <= 20));
    expect(nHits).toBe(20);
    expect(precision.find(({ depth }) => depth === 10)?.hits).toMatchObject({ n: 10, of: 10 });
    expect(precision.find(({ depth }) => depth === 50)?.hits).toMatchObject({ n: 20, of: 50 });
    const foldChange = methods.find(({ method }) => method === 'fold-change')!;
    expect(foldChange).toMatchObject({ precision: { n: 20, of: 50 }, recall: { n: 20, of: 20 }, auc: { value: 1 } });
    expect(methods.find(({ method }) => method === 'model')!.auc!.value).toBe(0);
    expect(methods[0].auc!.value).toBe(1);
  });

  it('learns what made a hit where that was one witness', () => {
    const learned = run(outcomesOf(({ witnesses }) => witnesses['t-statistic'] > 2));
    const { weightsAfter, isBetter, scores, reliability } = learned;
    expect(isBetter).toBe(true);
    expect(weightsAfter!['t-statistic']).toBe(1);
    expect(weightsAfter!.model).toBeLessThan(0.35);
    expect(scores!.after.logLoss).toBeLessThan(0.8 * scores!.before.logLoss);
    expect(reliability.after).toHaveLength(5);
    expect(reliability.after.reduce((sum, { n }) => sum + n, 0)).toBe(N);
    expect(learned.genes.every(({ rankAfter }) => rankAfter !== null)).toBe(true);
  });

  it('keeps the old weights where the results have nothing to do with any witness', () => {
    let nBetter = 0;
    for (let seed = 0; seed < 6; seed++) {
      const draw = new CounterRandom(seed, 'no signal');
      const { isBetter, verdict } = run(outcomesOf(({ rank }) => draw.uniform(rank) < 0.3, genes.slice(0, 60)));
      if (isBetter) nBetter++;
      else expect(verdict).toMatch(/Keep the old/);
    }
    expect(nBetter).toBeLessThanOrEqual(2);
  });

  it('says that there is too little to learn from, and still counts', () => {
    const { weightsAfter, verdict, nTested } = run(outcomesOf(({ rank }) => rank < 4, genes.slice(0, 12)));
    expect({ weightsAfter, nTested }).toEqual({ weightsAfter: null, nTested: 12 });
    expect(verdict).toMatch(/^Too few results to learn from: 12 tested genes with 3 hits/);
  });

  it('names what it does not know, resolves old names, and counts a gene once', () => {
    const outcomes = ['non-targeting guide', 'old name', 'gene0', 'GENE5'].map((name) => ({
      name,
      isHit: true,
      value: null,
      nLines: 1,
    }));
    const { unmatched, nTested } = run(outcomes);
    expect({ unmatched, nTested }).toEqual({ unmatched: ['non-targeting guide'], nTested: 2 });
  });

  it('is the same for the same results', () => {
    const outcomes = outcomesOf(({ rank }) => rank % 3 === 0);
    expect(run(outcomes)).toEqual(run(outcomes));
  });

  it('says that a ranking of an older version cannot learn', () => {
    const old = calibrate({
      ranking: ArtifactId.parse('a'.repeat(64)),
      genes: genes.map((gene) => ({ ...gene, witnesses: {} })),
      report,
      outcomes: outcomesOf(({ rank }) => rank <= 20),
      nLines: N,
      cut: 50,
      resolve: () => null,
    });
    expect(old.weightsAfter).toBeNull();
    expect(old.verdict).toContain('older version');
  });
});

describe('a table of results', () => {
  const read = (rows: string[][], options = {}) => readOutcomes(rows, 'r.csv', options);

  it('joins lines of a gene: the majority of yes and no, the mean of numbers', () => {
    const yesNo = read([
      ['Gene', 'Hit'],
      ['A', 'yes'],
      ['A', 'no'],
      ['A', 'Yes'],
      ['B', '0'],
      ['B', '1'],
      ['C', ''],
    ]);
    expect(yesNo.outcomes.map(({ name, isHit }) => [name, isHit])).toEqual([
      ['A', true],
      ['B', false],
    ]);
    const numbers = read(
      [
        ['symbol', 'effect'],
        ['A', '1.5'],
        ['A', '2,5'],
        ['B', '−3'],
      ],
      { threshold: 2 },
    );
    expect(numbers.outcomes).toEqual([
      { name: 'A', isHit: true, value: 2, nLines: 2 },
      { name: 'B', isHit: false, value: -3, nLines: 1 },
    ]);
  });

  it('takes the apostrophe off that guards a name', () => {
    expect(
      read([
        ['gene', 'hit'],
        ["'SEPT2", '1'],
      ]).outcomes[0].name,
    ).toBe('SEPT2');
  });

  it.each([
    [
      [
        ['x', 'hit'],
        ['A', '1'],
      ],
      {},
      /the gene: no column goes by a usual name \(there are: x, hit\)/,
    ],
    [
      [
        ['gene', 'hit'],
        ['A', 'perhaps'],
      ],
      {},
      /neither all numbers nor all yes and no/,
    ],
    [
      [
        ['gene', 'effect'],
        ['A', '0.4'],
      ],
      {},
      /say from which value/,
    ],
    [
      [
        ['gene', 'hit'],
        ['A', ''],
      ],
      {},
      /no line has a gene and an outcome/,
    ],
    [
      [
        ['gene', 'hit'],
        ['A', '1'],
      ],
      { outcomeColumn: 'y' },
      /no column is named "y"/,
    ],
  ])('refuses %j', (rows, options, message) => {
    expect(() => read(rows, options)).toThrow(message);
  });
});

describe('shares', () => {
  it('have intervals as Wilson gives them', () => {
    // R 4.2: prop.test(5, 10, correct = FALSE); prop.test(0, 20, correct = FALSE).
    expect(shareOf(5, 10)!.low).toBeCloseTo(0.2366, 4);
    expect(shareOf(5, 10)!.high).toBeCloseTo(0.7634, 4);
    expect(shareOf(0, 20)!.high).toBeCloseTo(0.1611, 4);
    expect(shareOf(0, 0)).toBeNull();
  });

  it('of pairs in order are U over its largest value', () => {
    // scipy 1.10: mannwhitneyu([3, 1, 4, 1], [2, 7, 1]).statistic / 12.
    const { value, low, high } = aucOf([3, 1, 4, 1, 2, 7, 1], [true, true, true, true, false, false, false], 0)!;
    expect(value).toBeCloseTo(5 / 12, 10);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });
});
