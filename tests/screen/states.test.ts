import { beforeAll, describe, expect, it } from 'vitest';
import { ALTERNATIVES, ScreenConfig } from '#shared/domain/screen.ts';
import { screenFromBlobs, screenToBlobs } from '#screen/blobs.ts';
import { cellEffects, replicateEffects, rowMean } from '#screen/effects.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { stateEffects } from '#screen/state-effects.ts';
import { encoderInput } from '#screen/state-embeddings.ts';
import { effectsPerGene, measuredStates } from '#screen/states.ts';
import type { ScreenPlan, ScreenResult } from '#screen/types.ts';
import { FakeEncoder } from './fake-encoder.ts';
import { markerVectors, screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet();
const planOf = (config: Partial<ScreenConfig> = {}, labels = world.labels) =>
  planScreen({
    ...world,
    labels,
    maxLength: 64,
    config: screenConfig({
      goals: ['monocyte'],
      operators: ['over-express', 'mask'],
      nCells: 8,
      ...config,
    }),
  });
const run = (plan: ScreenPlan, classes: readonly string[] = ['progenitor', 'monocyte', 'b-cell']) =>
  runScreen({
    plan,
    tokens: world.tokens,
    encoder: new FakeEncoder({ vector: markerVectors, classes }),
    modelId: 'weights',
  });
const roles = (plan: ScreenPlan) => plan.states.map(({ name, role }) => `${role} ${name}`);

describe('states of a screen', () => {
  it('are the start, the goals and, unless told otherwise, every other state with enough cells', () => {
    expect(roles(planOf())).toEqual(['start progenitor', 'goal monocyte', 'alternative b-cell']);
    expect(roles(planOf({ alternatives: 'none' }))).toEqual(['start progenitor', 'goal monocyte']);
    expect(roles(planOf({ alternatives: ['b-cell', 'b-cell'] }))).toHaveLength(3);
    expect(measuredStates(planOf()).map(({ role }) => role)).toEqual(['goal', 'start', 'alternative']);
  });

  it('leave out alternatives too small to lie anywhere, and no more than the most frequent', () => {
    const categories = ['progenitor', 'monocyte', ...Array.from({ length: 60 }, (_, i) => `x${i}`)];
    const rare = { name: 'cell_type', kind: 'categorical' as const, categories, codes: new Int32Array(120) };
    // 40 progenitors, 40 monocytes, 9 of x0, 8 of x1, 7 of x2, the rest of the cells unlabelled.
    rare.codes.forEach(
      (_, i) => (rare.codes[i] = i < 40 ? 0 : i < 80 ? 1 : i < 89 ? 2 : i < 97 ? 3 : i < 104 ? 4 : -1),
    );
    expect(roles(planOf({}, rare)).slice(2)).toEqual(['alternative x0', 'alternative x1']);
    expect(() => planOf({ alternatives: Array.from({ length: ALTERNATIVES.most + 1 }, (_, i) => `x${i}`) })).toThrow();
  });

  it('refuse an alternative that is not there, or that is the start or a goal', () => {
    expect(() => planOf({ alternatives: ['stem'] })).toThrow(/alternative state "stem": no prepared cell/);
    expect(() => planOf({ alternatives: ['monocyte'] })).toThrow(/it is also the goal/);
    expect(() => planOf({ alternatives: ['progenitor'] })).toThrow(/it is also the start/);
  });
});

describe('groups of states', () => {
  const groups = { fate: ['b-cell', 'monocyte', 'b-cell'] };

  it('have the cells of all their labels and count as one state', () => {
    const { states } = planOf({ stateGroups: groups, goals: ['fate'] });
    expect(states.map(({ name, labels }) => [name, labels])).toEqual([
      ['progenitor', ['progenitor']],
      ['fate', ['b-cell', 'monocyte']],
    ]);
    expect(states[1].cells).toHaveLength(80);
    expect(states[1].cells.every((cell) => cell % 3 > 0)).toBe(true);
    expect(states[1].cells).toEqual([...states[1].cells].sort((a, b) => a - b));
  });

  it('can be the start or an alternative as well', () => {
    const from = planOf({ stateGroups: { early: ['progenitor', 'b-cell'] }, start: 'early', nCells: 40 });
    expect(new Set(from.cells.map((cell) => cell % 3))).toEqual(new Set([0, 2]));
    const beside = planOf({ stateGroups: { other: ['b-cell'] }, alternatives: ['other'] });
    expect(roles(beside)).toContain('alternative other');
  });

  it('may share cells with another goal, but not with the start or between goal and alternative', () => {
    expect(roles(planOf({ stateGroups: groups, goals: ['fate', 'monocyte'] }))).toHaveLength(3);
    const bad = { stateGroups: { both: ['progenitor', 'b-cell'] } };
    expect(() => planOf({ ...bad, goals: ['both'] })).toThrow(
      'goal state "both": it shares the label "progenitor" with the start state "progenitor"; choose another goal.',
    );
    expect(() => planOf({ stateGroups: groups, alternatives: ['fate'] })).toThrow(/shares the label "monocyte"/);
    expect(() => planOf({ stateGroups: { 'b-cell': ['monocyte'] } })).toThrow(/has a state of that name/);
    expect(() => planOf({ stateGroups: { fate: ['stem'] }, goals: ['fate'] })).toThrow(
      /goal state "fate" "stem": no prepared cell/,
    );
  });

  it('have the sum of the probabilities of their labels', async () => {
    const plan = planOf({ stateGroups: groups, goals: ['fate'] });
    const { originals, readOuts } = await run(plan);
    const encoder = new FakeEncoder({ vector: markerVectors, classes: ['progenitor', 'monocyte', 'b-cell'] });
    const { probabilities } = await encoder.encode([encoderInput(world.tokens, plan.cells[0], plan.maxLength)]);
    const p = probabilities![1] + probabilities![2];
    expect(originals[readOuts.indexOf('probability-shift')]).toBeCloseTo(Math.log2(p / (1 - p)), 5);
  });

  it('are unknown to a classifier that was not taught all their labels', async () => {
    const plan = planOf({ stateGroups: groups, goals: ['fate'] });
    expect((await run(plan, ['progenitor', 'monocyte'])).readOuts).toEqual(['embedding-shift']);
  });
});

describe('effects on other states', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await run(planOf());
  });
  const means = (goal: string) => {
    const perReplicate = replicateEffects(screen, { operator: 'over-express', goal, readOut: 'embedding-shift' });
    return screen.plan.genes.map((_, gene) => rowMean(perReplicate, gene, screen.plan.nReplicates));
  };

  it('leave the effects on goals as they are without alternatives, bit for bit', async () => {
    const alone = await run(planOf({ alternatives: 'none' }));
    for (const readOut of ['embedding-shift', 'probability-shift'] as const)
      for (const operator of ['over-express', 'mask'] as const)
        expect(cellEffects(screen, { operator, goal: 'monocyte', readOut })).toEqual(
          cellEffects(alone, { operator, goal: 'monocyte', readOut }),
        );
  });

  it('are those that a screen with the state as its goal measures', async () => {
    const other = await run(planOf({ goals: ['b-cell'] }));
    for (const readOut of ['embedding-shift', 'probability-shift'] as const) {
      const query = { operator: 'mask', goal: 'b-cell', readOut } as const;
      expect(cellEffects(screen, query)).toEqual(cellEffects(other, query));
    }
  });

  it('tell the shift towards the start as the change of the cosine to its mean embedding', async () => {
    const { plan, centroids } = screen;
    const cell = encoderInput(world.tokens, plan.cells[0], plan.maxLength);
    const gene = plan.genes.findIndex(({ tokenId }) => cell.tokenIds.includes(tokenId));
    const hidden = { ...cell, hiddenPositions: [cell.tokenIds.indexOf(plan.genes[gene].tokenId)] };
    const { embeddings } = await new FakeEncoder({ vector: markerVectors }).encode([cell, hidden]);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const start = centroids.subarray(0, 4);
    const [before, after] = [0, 4].map((at) => {
      const x = embeddings.subarray(at, at + 4);
      return dot(x, start) / Math.sqrt(dot(x, x) * dot(start, start));
    });
    const told = cellEffects(screen, { operator: 'mask', goal: 'progenitor', readOut: 'embedding-shift' });
    expect(told[gene * plan.cells.length]).toBeCloseTo(after - before, 6);
    expect(told[gene * plan.cells.length]).not.toBe(0);
  });

  it('come as one table of genes and states', () => {
    const { states, effects } = stateEffects(screen, 'over-express', 'embedding-shift');
    expect(states).toEqual([
      { name: 'monocyte', role: 'goal' },
      { name: 'progenitor', role: 'start' },
      { name: 'b-cell', role: 'alternative' },
    ]);
    states.forEach(({ name }, s) => {
      const column = means(name);
      screen.plan.genes.forEach((_, gene) => expect(effects[gene * 3 + s]).toBe(column[gene]));
    });
  });

  it('are unknown in odds where the classifier was not taught the state', async () => {
    const taught = await run(planOf(), ['monocyte', 'progenitor']);
    expect(taught.readOuts).toContain('probability-shift');
    const odds = (goal: string) =>
      cellEffects(taught, { operator: 'over-express', goal, readOut: 'probability-shift' });
    expect(odds('b-cell').every(Number.isNaN)).toBe(true);
    expect(odds('progenitor').some(Number.isNaN)).toBe(false);
  });

  it('are read back, and so is a screen of a version that measured goals only', async () => {
    const blobs = new Map(screenToBlobs(screen).map(({ name, bytes }) => [name, bytes]));
    expect(await screenFromBlobs(async (name) => blobs.get(name) as Uint8Array)).toEqual(screen);

    const alone = await run(planOf({ alternatives: 'none' }));
    const [from, to] = [effectsPerGene(alone.plan, alone.readOuts), alone.readOuts.length];
    const goalsOnly = (all: Float32Array) => all.filter((_, i) => i % from < to);
    const old = new Map(
      screenToBlobs({
        ...alone,
        originals: goalsOnly(alone.originals),
        effects: { 'over-express': goalsOnly(alone.effects['over-express']!), mask: goalsOnly(alone.effects.mask!) },
      }).map(({ name, bytes }) => [name, bytes]),
    );
    const header = JSON.parse(new TextDecoder().decode(old.get('screen.json'))) as { plan: Partial<ScreenPlan> };
    delete header.plan.measured;
    for (const state of header.plan.states!) delete (state as { role?: string }).role;
    old.set('screen.json', new TextEncoder().encode(JSON.stringify(header)));
    const read = await screenFromBlobs(async (name) => old.get(name) as Uint8Array);
    expect(roles(read.plan)).toEqual(['start progenitor', 'goal monocyte']);
    const query = { operator: 'mask', goal: 'monocyte', readOut: 'embedding-shift' } as const;
    expect(cellEffects(read, query)).toEqual(cellEffects(alone, query));
    expect(() => cellEffects(read, { ...query, goal: 'progenitor' })).toThrow(/choose one of: monocyte\./);
  });
});
