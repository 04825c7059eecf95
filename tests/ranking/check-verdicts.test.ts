import { describe, expect, it } from 'vitest';
import { directionCheck, housekeepingCheck, knownCheck } from '#ranking/checks/controls.ts';
import {
  chosenCheck,
  detectionCheck,
  groupCheck,
  nullGenesCheck,
  reachCheck,
  significanceCheck,
} from '#ranking/checks/null-genes.ts';
import { collapseCheck, rankShiftCheck, universalCheck } from '#ranking/checks/responses.ts';
import { donorHalvesCheck, replicateCheck, splitHalfCheck, topStabilityCheck } from '#ranking/checks/replicates.ts';
import type { CheckSubject } from '#ranking/checks/subject.ts';
import { screenEvidence } from '#ranking/evidence.ts';
import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';
import { makeScreen } from './make-ranking.ts';

/** Null effects spread evenly from −1 to 1. */
const NULLS = Array.from({ length: 101 }, (_, i) => (i - 50) / 50);

/** A subject of which a check sees only what is given. */
function subject(evidence: object, rest: object = {}): CheckSubject {
  return {
    screen: { plan: { genes: [], config: { start: 'progenitor' }, warnings: [] } },
    goal: 'mature',
    operator: 'over-express',
    evidence: { nullEffects: NULLS, genes: [], ...evidence },
    depth: null,
    known: new Set(),
    markers: new Set(),
    ...rest,
  } as unknown as CheckSubject;
}

/** Genes of the plan with these mean effects, which serve as positive controls. */
function controls(means: number[], symbols: string[] = means.map((_, i) => `G${i}`)): [object, object] {
  const genes = symbols.map((symbol, i) => ({ geneId: `E${i}`, symbol }));
  const markers = new Set(genes.map(({ geneId }) => geneId));
  const plan = { genes, config: { start: 'progenitor' }, warnings: [] };
  const ranked = genes.map((gene, i) => ({ gene, effect: means[i] }));
  return [
    { means, genes: ranked },
    { screen: { plan }, markers, known: markers },
  ];
}

describe.each([
  ['markers of the goal', directionCheck],
  ['known regulators', knownCheck],
] as const)('the direction of %s', (name, check) => {
  const verdict = (means: number[], operator = 'over-express') => {
    const [evidence, rest] = controls(means);
    return check(subject(evidence, { ...rest, operator }));
  };

  it('is right where seven of ten move so and beyond null genes', () => {
    const seven = [3, 3, 3, 3, 3, 3, 3, 0, -1, 0];
    expect(verdict(seven)).toMatchObject({ verdict: 'good', value: 0.7 });
    // An effect of exactly 0 is neither way.
    expect(verdict([3, 3, 3, 3, 3, 3, 0, 0, 0, 0])).toMatchObject({ verdict: 'caution', value: 0.6 });
    expect(verdict([3, 3, 3, 3, 3, -1, -1, -1, -1, -1])).toMatchObject({ verdict: 'caution', value: 0.5 });
    expect(verdict([3, 3, 3, 3, -1, -1, -1, -1, -1, -1])).toMatchObject({ verdict: 'bad', value: 0.4 });
    // All the right way, but no farther than null genes.
    expect(verdict([0.1, 0.1, 0.1, 0.1])).toMatchObject({ verdict: 'caution', value: 1 });
  });

  it('turns round where the operator takes genes away', () => {
    const away = [-3, -3, -3, -3, -3, -3, -3, 0, 1, 0];
    expect(verdict(away, 'remove')).toMatchObject({ verdict: 'good', value: 0.7 });
    expect(verdict(away)).toMatchObject({ verdict: 'bad', value: 0.1 });
  });

  it('needs three of them', () => {
    expect(verdict([3, 3, 3])).toMatchObject({ value: 1 });
    if (name === 'known regulators') {
      expect(verdict([3, 3])).toBeNull();
      const [evidence, rest] = controls([3, 3, 3]);
      expect(check(subject({ ...evidence, nullEffects: [] }, rest))).toBeNull();
    } else {
      expect(verdict([3, 3])).toMatchObject({ verdict: 'caution', value: null });
      expect(verdict([3, 3, NaN])).toMatchObject({ value: null });
    }
  });
});

describe('housekeeping genes', () => {
  const NAMES = ['VCP', 'Gpi', 'PSMB2', 'PSMB4', 'EMC7', 'other'];
  it('should move cells no farther than null genes, whichever way', () => {
    const of = (means: number[], names = NAMES) => housekeepingCheck(subject(...controls(means, names)));
    expect(of([3, -3, 3, -3, 3, 9])).toMatchObject({ verdict: 'caution' });
    expect(of([0.5, -0.4, 0.6, -0.5, 0.45, 9])).toMatchObject({ verdict: 'good' });
    expect(of([3, 3, 9], ['VCP', 'Gpi', 'other'])).toBeNull();
  });
});

describe('null genes', () => {
  it('are too few below 50, and useless below three', () => {
    const of = (nNull: number) => nullGenesCheck(subject({ nNull }))?.verdict;
    expect([2, 3, 49, 50].map(of)).toEqual(['bad', 'caution', 'caution', 'good']);
  });

  it('are passed by genes below an FDR of 5 %', () => {
    const of = (fdrs: number[]) =>
      significanceCheck(
        subject({ genes: fdrs.map((fdr, i) => ({ fdr, statistics: { isTested: i > 0 } })), chosen: null }),
      );
    expect(of([0.05, 0.2, 1])).toMatchObject({ verdict: 'caution', value: 0 });
    const found = of([0.049, 0.01, 1]);
    expect(found).toMatchObject({ verdict: 'good', value: 2 });
    expect(found?.sentence).toMatch(/^2 of 2 tested genes/);
  });

  it('are what the candidates are compared with as a group', () => {
    const of = (effects: number[], nullEffects = NULLS, nNull = 0) =>
      groupCheck(
        subject({ genes: effects.map((effect, i) => ({ effect, gene: { isNull: i < nNull } })), nullEffects }),
      );
    const far = Array.from({ length: 10 }, (_, i) => (i % 2 ? 2 : -2));
    expect(of(far)).toMatchObject({ verdict: 'good', value: 1 });
    expect(of(far)?.sentence).toContain('in 100 % of pairs');
    expect(of(far.slice(1))).toBeNull();
    expect(of(far, NULLS.slice(0, 50))).not.toBeNull();
    expect(of(far, NULLS.slice(0, 49))).toBeNull();
    // Less far than null genes, and surely so: no praise.
    expect(of(far.map(() => 0.001))).toMatchObject({ verdict: 'caution' });
    expect(of(far.map((_, i) => (i - 4.5) / 5))).toMatchObject({ verdict: 'caution' });
    // One null gene in twenty candidates may be one of them; more, and every gene is a candidate.
    const twenty = [...far, ...far];
    expect(of(twenty, NULLS, 1)).not.toBeNull();
    expect(of(twenty, NULLS, 2)).toBeNull();
  });

  it('are beaten by a list chosen in advance where both tests say so', () => {
    const of = (rankSumPValue: number, permutationPValue: number, nTested = 3) =>
      chosenCheck(subject({ chosen: { nTested, nSignificant: 1, rankSumPValue, permutationPValue } }));
    expect(of(0.01, 0.04)).toMatchObject({ verdict: 'good', value: 0.04 });
    expect(of(0.04, 0.01)).toMatchObject({ verdict: 'good', value: 0.04 });
    expect(of(0.01, 0.05)).toMatchObject({ verdict: 'caution', value: 0.05 });
    expect(of(0.2, 0.01)).toMatchObject({ verdict: 'caution', value: 0.2 });
    expect(of(0.01, 0.01, 2)).not.toBeNull();
    expect(of(0.01, 0.01, 1)).toBeNull();
  });

  it('say nothing of genes that reach no cell', () => {
    const of = (moved: number[], operator = 'over-express') =>
      reachCheck(subject({ genes: moved.map((cellsMoved) => ({ statistics: { cellsMoved } })) }, { operator }));
    expect(of([3, 1, 8])).toMatchObject({ verdict: 'good', value: 0 });
    expect(of([3, 0, 8, 0])).toMatchObject({ verdict: 'caution', value: 0.5 });
    expect(of([0, 0])).toBeNull();
    expect(of([3, 0], 'remove')).toBeNull();
  });

  it('cannot excuse effects that follow detections', () => {
    const of = (detections: number[]) =>
      detectionCheck(subject({ genes: detections.map((n, i) => ({ effect: i, gene: { detections: n } })) }));
    expect(of([1, 2, 3, 4, 5])).toMatchObject({ verdict: 'caution', value: 1 });
    expect(of([5, 4, 3, 2, 1])).toMatchObject({ verdict: 'caution', value: -1 });
    // Spearman .7 exactly.
    expect(of([2, 3, 1, 4, 5])).toBeNull();
    expect(of([1, 2, 3, 5, 4])).toMatchObject({ value: expect.closeTo(0.9, 12) as number });
    expect(of([1, 1, 1])).toBeNull();
  });
});

describe('replicates', () => {
  it('are enough from six donors on; cells are always a caution', () => {
    const of = (unit: string, n: number) => replicateCheck(subject({ replicates: { unit, n } }));
    expect(of('donor', 5)).toMatchObject({ verdict: 'caution', value: 5 });
    expect(of('donor', 6)).toMatchObject({ verdict: 'good', value: 6 });
    expect(of('donor', 6)?.sentence).toMatch(/^Donors are the replicate/);
    expect(of('cell', 60)).toMatchObject({ verdict: 'caution', value: 60 });
    expect(of('cell', 60)?.sentence).toMatch(/^Cells are the replicate/);
  });

  it('repeat each other from a correlation of .5 on, and not at all below .2', () => {
    const cells = (splitHalf: number | null) => splitHalfCheck(subject({ splitHalf }))?.verdict;
    expect([null, 0.19, 0.2, 0.49, 0.5].map(cells)).toEqual(['caution', 'bad', 'caution', 'caution', 'good']);
    const donors = (spearman: number, unit = 'donor') =>
      donorHalvesCheck(subject({ replicates: { unit, n: 6 }, halves: { spearman, lowest: 0, nSplits: 20 } }));
    expect([0.19, 0.2, 0.49, 0.5].map((rho) => donors(rho)?.verdict)).toEqual(['bad', 'caution', 'caution', 'good']);
    expect(donors(0.9, 'cell')).toBeNull();
    expect(donorHalvesCheck(subject({ replicates: { unit: 'donor', n: 3 }, halves: null }))).toBeNull();
  });

  it('keep the first genes where they are there again in seven of ten draws', () => {
    const of = (shares: number[], top = 2) =>
      topStabilityCheck(
        subject({
          genes: shares.map((_, i) => ({ effect: -i })),
          stability: { top, topShare: shares, nDraws: 100 },
        }),
      );
    expect(of([0.9, 0.5, 0, 0])).toMatchObject({ verdict: 'good', value: expect.closeTo(0.7, 12) as number });
    expect(of([0.8, 0.5, 1, 1])).toMatchObject({ verdict: 'caution', value: 0.65 });
    expect(of([0.5, 0.3, 1, 1])).toMatchObject({ verdict: 'caution', value: 0.4 });
    expect(of([0.4, 0.3, 1, 1])).toMatchObject({ verdict: 'bad', value: 0.35 });
    expect(of([0.4, 0.3, 1])).toBeNull();
  });
});

describe('responses', () => {
  /** A screen in which the effects of the first read-out are given by gene and state, the same in every cell. */
  async function screenOf(
    operator: Operator,
    effect: (gene: number, state: string, cell: number) => number,
    config: Partial<ScreenConfig> = {},
  ): Promise<ScreenResult> {
    const screen = await makeScreen(config);
    set(screen, operator, effect);
    return screen;
  }
  function set(
    screen: ScreenResult,
    operator: Operator,
    effect: (gene: number, state: string, cell: number) => number,
  ) {
    const { plan, readOuts, effects } = screen;
    const all = effects[operator] as Float32Array;
    const states = plan.measured.map((state) => plan.states[state].name);
    for (let gene = 0, at = 0; gene < plan.genes.length; gene++)
      for (let cell = 0; cell < plan.cells.length; cell++)
        for (const state of states) {
          all[at] = effect(gene, state, cell);
          at += readOuts.length;
        }
  }
  const of = (screen: ScreenResult, operator: Operator): CheckSubject =>
    subject(screenEvidence(screen, 'monocyte', operator), { screen, goal: 'monocyte', operator });
  /** As good as random, and the same in every run. */
  const noise = (gene: number, salt: number) => Math.sin(12.9898 * (gene + 1) + 78.233 * salt);

  it('are universal where another state is ranked much the same', async () => {
    const alike = await screenOf('over-express', (gene, state) =>
      state === 'monocyte' ? noise(gene, 1) : state === 'b-cell' ? 3 * noise(gene, 1) ** 3 : noise(gene, 2),
    );
    const told = universalCheck(of(alike, 'over-express'));
    expect(told).toMatchObject({ verdict: 'bad', value: expect.closeTo(1, 12) as number });
    expect(told?.sentence).toContain('for "b-cell"');
    const turned = await screenOf('over-express', (gene, state) =>
      state === 'monocyte' ? noise(gene, 1) : state === 'b-cell' ? -noise(gene, 1) : noise(gene, 2),
    );
    const own = universalCheck(of(turned, 'over-express'));
    expect(own?.verdict).toBe('good');
    expect(own?.value).toBeLessThan(0.5);
    const lonely = await makeScreen({ goals: ['monocyte'], alternatives: 'none' });
    expect(universalCheck(of(lonely, 'over-express'))).toMatchObject({ verdict: 'caution', value: null });
  });

  it('have collapsed where all genes do the same, or most of it', async () => {
    const one = (effect: (gene: number, state: string) => number) => screenOf('over-express', effect);
    const check = async (effect: (gene: number, state: string) => number) =>
      collapseCheck(of(await one(effect), 'over-express'));
    // A third is no number of the machine, so the mean of these is rounded.
    expect(await check(() => 1 / 3)).toMatchObject({ verdict: 'bad', value: 1 });
    expect(await check((gene) => 2 + noise(gene, 1) / 2)).toMatchObject({ verdict: 'bad' });
    const half = await check((gene, state) => 1 + 1.2 * noise(gene, state.length));
    expect(half?.verdict).toBe('caution');
    expect(half?.value).toBeGreaterThan(0.5);
    expect(half?.value).toBeLessThan(0.8);
    expect(await check((gene, state) => noise(gene, state.length))).toMatchObject({ verdict: 'good' });
    const both = subject({ genes: [{ effect: 0.2 }, { effect: 0.2 }] });
    expect(collapseCheck(both)?.verdict).toBe('bad');
    expect(collapseCheck(subject({ genes: [{ effect: 0.2 }] }))).toBeNull();
  });

  it('to removal are mostly the shift of ranks where masking does not explain them', async () => {
    const operators: Operator[] = ['remove', 'mask'];
    const share = async (own: number) => {
      const screen = await screenOf('remove', (gene, _, cell) => noise(gene, 1) + own * noise(gene, 3 + cell), {
        operators,
      });
      set(screen, 'mask', (gene) => noise(gene, 1));
      return rankShiftCheck(of(screen, 'remove'));
    };
    expect(await share(0)).toMatchObject({ verdict: 'good', value: expect.closeTo(0, 6) as number });
    // One part of variance 1 and one of variance 1: about half is not explained.
    const half = await share(1);
    expect(half?.verdict).toBe('caution');
    expect(half?.value).toBeGreaterThan(0.4);
    expect(half?.value).toBeLessThan(0.6);
    expect((await share(0.2))?.verdict).toBe('good');
    expect((await share(0.5))?.verdict).toBe('caution');
    const screen = await makeScreen({ operators });
    expect(rankShiftCheck(of(screen, 'mask'))).toBeNull();
    delete screen.effects.mask;
    expect(rankShiftCheck(of(screen, 'remove'))).toBeNull();
  });
});
