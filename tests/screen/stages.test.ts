import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients, type GeneGradients } from '#genecompass/gene-gradients.ts';
import { screenFromBlobs, screenToBlobs } from '#screen/blobs.ts';
import { cellEffects, enoughTold, replicateEffects, rowMean } from '#screen/effects.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen, type RunScreenOptions } from '#screen/run.ts';
import type { ScreenResult } from '#screen/types.ts';
import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { withDepths } from '#singlecell/perturb/dose.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { makeTinyModel } from '../genecompass/support/tiny-model.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const N_GENES = 400;
const CLASSES = ['progenitor', 'monocyte', 'b-cell'];
const GOAL = 'monocyte';
const world = makeTokenSet({ nCells: 60, nGenes: N_GENES, seed: 4 });
// As a trained model's, the answers of this one are smooth; its weights are a tenth of those of the tiny model.
const tiny = makeTinyModel(
  { kind: 'classifier', classes: 3 },
  { vocabularySize: N_GENES + 2, maxLength: 64, priors: [], width: 32, initializerRange: 0.1 },
);
const model = { ...tiny, homologIndex: Int32Array.from({ length: N_GENES + 2 }, (_, token) => token) };
const config = (changes: Partial<ScreenConfig>) =>
  screenConfig({
    goals: [GOAL, 'b-cell'],
    genes: 'all',
    minDetections: 1,
    nNullGenes: 30,
    nCells: 12,
    nExact: 15,
    ...changes,
  });
const encoder = await createCellEncoder(model, ortRuntime(), CLASSES);
afterAll(() => encoder.dispose());

const real: RunScreenOptions['gradients'] = (goals) => createGeneGradients(model, ortRuntime(), goals);
const run = (changes: Partial<ScreenConfig>, gradients?: RunScreenOptions['gradients'], tokens = world.tokens) =>
  runScreen({
    plan: planScreen({ ...world, tokens, config: config(changes), maxLength: 64 }),
    tokens,
    encoder,
    modelId: 'weights',
    ...(gradients ? { gradients } : {}),
  });

const SILENCING: Operator[] = ['mask', 'remove', 'knock-down'];
const RAISING: Operator[] = ['over-express', 'to-rank'];

describe.each([SILENCING, RAISING])('a screen in two stages: %s, %s, %s', (...operators) => {
  let exact: ScreenResult;
  let staged: ScreenResult;
  beforeAll(async () => {
    exact = await run({ operators });
    staged = await run({ operators, computation: 'two-stage' }, real);
  }, 60_000);
  const effects = (screen: ScreenResult, operator: Operator) =>
    cellEffects(screen, { operator, goal: GOAL, readOut: 'embedding-shift' });

  it('takes fewer passes and says how far the two stages agree', () => {
    expect(exact.stages).toBeNull();
    expect(staged.nPasses).toBeLessThan(0.7 * exact.nPasses);
    const { agreement, fellBack } = staged.stages!;
    expect(agreement.map(({ operator, goal }) => `${operator} ${goal}`)).toEqual(
      operators.flatMap((operator) => [`${operator} ${GOAL}`, `${operator} b-cell`]),
    );
    expect(fellBack).toEqual([]);
    for (const { spearman: rho, nCompared, slope } of agreement) {
      expect(nCompared).toBeGreaterThan(15);
      expect(rho).toBeGreaterThan(0.95);
      expect(Math.abs(slope - 1)).toBeLessThan(0.3);
    }
  });

  it.each(operators)('gives the numbers of the exact screen for the genes it computed exactly: %s', (operator) => {
    const width = staged.plan.cells.length;
    const rows = staged.stages!.exact;
    expect(rows.length).toBeLessThan(staged.plan.genes.length);
    const [a, b] = [effects(staged, operator), effects(exact, operator)];
    for (const row of rows)
      for (let at = row * width; at < (row + 1) * width; at++)
        if (Number.isNaN(b[at])) expect(a[at]).toBeNaN();
        else expect(a[at]).toBeCloseTo(b[at], 5);
  });

  it.each(operators)('foretells the others, in the same cells and on the same scale: %s', (operator) => {
    const [a, b] = [effects(staged, operator), effects(exact, operator)];
    const others = [...a.keys()].filter(
      (at) => !staged.stages!.exact.includes(Math.floor(at / staged.plan.cells.length)),
    );
    expect(others.map((at) => Number.isNaN(a[at]))).toEqual(others.map((at) => Number.isNaN(b[at])));
    const told = others.filter((at) => !Number.isNaN(a[at]));
    expect(
      spearman(
        told.map((at) => a[at]),
        told.map((at) => b[at]),
      ),
    ).toBeGreaterThan(0.8);
    const spread = (x: Float64Array) => Math.sqrt(told.reduce((sum, at) => sum + x[at] ** 2, 0) / told.length);
    expect(spread(a) / spread(b)).toBeGreaterThan(0.5);
    expect(spread(a) / spread(b)).toBeLessThan(1.4);
  });

  it('has the leading genes of the exact screen among those it computed exactly', () => {
    const query = { operator: operators[0], goal: GOAL, readOut: 'embedding-shift' } as const;
    const perReplicate = replicateEffects(exact, query);
    const isTold = enoughTold(exact, cellEffects(exact, query), perReplicate);
    const size = (row: number) => (isTold[row] ? Math.abs(rowMean(perReplicate, row, exact.plan.nReplicates)) : -1);
    const leading = exact.plan.genes
      .map((_, row) => row)
      .sort((a, b) => size(b) - size(a))
      .slice(0, 10);
    const kept = new Set(staged.stages!.exact);
    expect(leading.filter((row) => kept.has(row)).length).toBeGreaterThanOrEqual(9);
  });

  it('is kept and read back with what it did', async () => {
    const blobs = new Map(screenToBlobs(staged).map(({ name, bytes }) => [name, bytes]));
    expect((await screenFromBlobs(async (name) => blobs.get(name)!)).stages).toEqual(staged.stages);
  });

  it('computes everything exactly where the backward pass foretells badly', async () => {
    const noise: RunScreenOptions['gradients'] = async (goals): Promise<GeneGradients> => ({
      of: async (inputs) =>
        inputs.map(({ tokenIds, joining }, cell) => {
          const random = new CounterRandom(cell, 'noise');
          const gate = Float32Array.from(tokenIds, (_, i) => random.normal(i));
          const joined = Float32Array.from(joining?.tokenIds ?? [], (_, i) => random.normal(1000 + i));
          return goals.map(() => ({ score: 0, gate, up: gate, down: gate, changed: [gate, gate, gate], joined }));
        }),
      dispose: async () => undefined,
    });
    const fallen = await run({ operators, computation: 'two-stage' }, noise);
    expect(fallen.stages).toMatchObject({ fellBack: operators });
    for (const operator of operators)
      effects(fallen, operator).forEach((x, at) => {
        const y = effects(exact, operator)[at];
        if (Number.isNaN(y)) expect(x).toBeNaN();
        else expect(x).toBeCloseTo(y, 5);
      });
  });
});

describe('a screen in two stages', () => {
  it('foretells doses that go by the depth of a cell', async () => {
    const changes: Partial<ScreenConfig> = { operators: ['over-express'], computation: 'two-stage', doseByDepth: true };
    const [plain, deep] = [await run(changes, real), await run(changes, real, withDepths(world.tokens, true))];
    expect(deep.stages!.fellBack).toEqual([]);
    expect(deep.stages!.agreement.every(({ spearman: rho }) => rho! > 0.95)).toBe(true);
    expect(deep.effects['over-express']).not.toEqual(plain.effects['over-express']);
  });

  it('computes genes that are asked for by name exactly, however many are computed beside them', async () => {
    const genes = Array.from({ length: 120 }, (_, i) => `GENE${3 * i}`);
    const named = await run({ genes, nExact: 10, operators: ['over-express'], computation: 'two-stage' }, real);
    const { plan, stages } = named;
    const candidates = plan.genes.flatMap(({ isCandidate }, row) => (isCandidate ? [row] : []));
    expect(candidates.length).toBeGreaterThan(100);
    expect(candidates.filter((row) => !stages!.exact.includes(row))).toEqual([]);
  });

  it('leaves operators that no derivative foretells to exact passes', async () => {
    const removed = await run({ computation: 'two-stage', operators: ['published-over-express'] }, real);
    expect(removed.stages).toBeNull();
    expect(removed.plan.warnings.join()).toContain('None of the operators can be foretold');
  });

  it('is refused with an embedding it does not read', () => {
    expect(() =>
      planScreen({ ...world, config: config({ computation: 'two-stage', pooling: 'mean' }), maxLength: 64 }),
    ).toThrow(/choose the cell embedding cls/);
  });
});
