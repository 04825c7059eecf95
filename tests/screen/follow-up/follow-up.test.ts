import { beforeAll, describe, expect, it } from 'vitest';
import { FollowUpConfig, type FollowUpResult } from '#shared/domain/follow-up.ts';
import { followUpPasses } from '#shared/domain/follow-up-passes.ts';
import { followUpCsv } from '#shared/tables/follow-up-csv.ts';
import { combinationResults } from '#screen/follow-up/combination-results.ts';
import { doseResults } from '#screen/follow-up/dose-results.ts';
import { Estimates } from '#screen/follow-up/estimates.ts';
import { planFollowUp } from '#screen/follow-up/plan.ts';
import { responseResults } from '#screen/follow-up/response-results.ts';
import { runEffects, runResponses, type RunFollowUpOptions } from '#screen/follow-up/run.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { MemoryStore, screenConfig } from '../make-screen.ts';
import { makeTokenSet } from '../make-token-set.ts';
import { fakeGeneStates, PARTNER_OF } from './fake-gene-states.ts';
import { InteractingEncoder, SYNERGY } from './interacting-encoder.ts';

const world = makeTokenSet({ nCells: 240 });
const ofScreen = screenConfig({
  nNullGenes: 30,
  nCells: 24,
  readOut: 'probability-shift',
  nBootstrap: 200,
});
const screenPlan = planScreen({ ...world, config: ofScreen, maxLength: 64 });
const GENES = ['GENE0', 'GENE1', 'GENE3', 'GENE6', 'GENE9'];
const config = (wish: object = {}) =>
  FollowUpConfig.parse({
    screen: 's',
    genes: GENES,
    combinations: ['raise', 'silence', 'mixed'],
    triples: ['GENE0+GENE1+GENE3'],
    responses: ['raise', 'silence'],
    nNullPerturbations: 8,
    nPermutations: 199,
    ...wish,
  });
const planOf = (wish: object = {}) => planFollowUp({ ...world, config: config(wish), screen: screenPlan });
const symbolOf = (id: string) => world.genes.find((gene) => gene.id === id)!.symbol;

describe('follow-up', () => {
  const plan = planOf();
  let options: RunFollowUpOptions;
  let result: Pick<FollowUpResult, 'series' | 'combinations' | 'responses'>;
  let nPasses = 0;
  let notTold: Record<'doses' | 'combinations' | 'responses', { kind: string; genes: string[] }[]>;

  beforeAll(async () => {
    const encoder = new InteractingEncoder();
    const { centroids } = await runScreen({ plan: screenPlan, tokens: world.tokens, encoder, modelId: 'weights' });
    options = {
      plan,
      screen: { plan: screenPlan, centroids },
      tokens: world.tokens,
      encoder,
      geneStates: fakeGeneStates,
      modelId: 'weights',
    };
    const effects = await runEffects(options);
    const sums = await runResponses(options);
    nPasses = effects.nPasses + sums.nPasses;
    const estimates = new Estimates(effects, options.screen);
    const series = await doseResults(plan, estimates, { seed: 0, onSeries: async () => {} });
    const combinations = combinationResults(plan, estimates);
    const responses = responseResults({
      plan,
      sums,
      vocabulary: world.vocabulary,
      symbolOf,
      knownTargets: () => new Set([world.genes[PARTNER_OF(2) - 2].id]),
    });
    result = { series: series.told, combinations: combinations.told, responses: responses.told };
    notTold = { doses: series.notTold, combinations: combinations.notTold, responses: responses.notTold };
  });

  const combination = (kind: string, genes: string[], goal = 'monocyte') =>
    result.combinations.find((one) => one.kind === kind && one.goal === goal && one.genes.join() === genes.join())!;
  const series = (gene: string, kind: string, goal = 'monocyte') =>
    result.series.find((one) => one.gene === gene && one.kind === kind && one.goal === goal)!;

  it('keeps every dose in the observed range, weakest first', () => {
    for (const one of plan.series.filter(({ kind }) => kind === 'raise')) {
      const { tokenId } = plan.genes[one.gene];
      const observed = [...world.tokens.values].filter((_, i) => world.tokens.tokenIds[i] === tokenId);
      const values = one.points.map(({ value }) => value!);
      expect(Math.max(...values)).toBe(Math.max(...observed));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.min(...observed));
      for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]);
    }
    const lowered = plan.series.find(({ kind }) => kind === 'lower')!;
    expect(lowered.points.map(({ at }) => at)).toEqual([0.75, 0.5, 0.25, 0.1, 0]);
    expect(plan.conditions[lowered.points.at(-1)!.condition][0].kind).toBe('remove');
    expect(plan.conditions[lowered.masked!][0].kind).toBe('mask');
  });

  it('finds the response of a gene that drives the goal monotone, and no trend in one that does nothing', () => {
    const driving = series('GENE0', 'lower');
    expect(driving).toMatchObject({ word: 'monotone', direction: 'falling' });
    expect(driving.points).toHaveLength(5);
    expect(driving.points.at(-1)!.effect.mean).toBeLessThan(0);
    expect(series('GENE9', 'raise').word).toBe('no-trend');
  });

  it('finds the planted synergy of a pair and calls the others additive', () => {
    const planted = combination('raise', ['GENE0', 'GENE3']);
    expect(planted.word).toBe('synergy');
    expect(planted.fdr).toBeLessThan(0.05);
    expect(planted.found.mean - planted.expected.mean).toBeCloseTo(planted.interaction.mean, 6);
    // The encoder adds SYNERGY to the natural log odds, less in the cells in which one of them was high before.
    expect(planted.interaction.mean).toBeGreaterThan((0.7 * SYNERGY) / Math.LN2);
    expect(planted.interaction.mean).toBeLessThanOrEqual(1.001 * (SYNERGY / Math.LN2));
    expect(combination('raise', ['GENE1', 'GENE6']).word).toBe('additive');
    expect(combination('mixed', ['GENE0', 'GENE6']).interaction.mean).toBeCloseTo(0, 4);
  });

  it('tests all pairs of each kind and the triples, and none twice', () => {
    const ofGoal = result.combinations.filter(({ goal }) => goal === 'monocyte');
    const count = (kind: string, size: number) =>
      ofGoal.filter((one) => one.kind === kind && one.genes.length === size).length;
    expect([count('raise', 2), count('raise', 3), count('mixed', 3)]).toEqual([10, 1, 0]);
    expect(count('mixed', 2)).toBeGreaterThan(10);
    const keys = ofGoal.map(({ kind, genes }) => `${kind} ${genes.join()}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('takes what pairs explain off a triple', () => {
    const triple = combination('raise', ['GENE0', 'GENE1', 'GENE3']);
    expect(triple.word).toBe('synergy');
    expect(Math.abs(triple.beyondPairs!.mean)).toBeLessThan(0.05 * triple.interaction.mean);
    expect(combination('raise', ['GENE0', 'GENE1']).beyondPairs).toBeNull();
  });

  it('compares combinations only in cells in which each gene acts', () => {
    const pairs = plan.sets.filter(({ kind, genes }) => kind === 'silence' && genes.length === 2);
    const told = pairs.flatMap((pair) => {
      const nCells = screenPlan.cells.filter((cell) => {
        const ids = world.tokens.tokenIds.subarray(world.tokens.offsets[cell], world.tokens.offsets[cell + 1]);
        return pair.genes.every((gene) => ids.includes(plan.genes[gene].tokenId));
      }).length;
      const found = combination(
        'silence',
        pair.genes.map((gene) => plan.genes[gene].symbol),
      );
      expect(found?.nCells).toBe(nCells < 3 ? undefined : nCells);
      return found ? [found] : [];
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(pairs.length);
    expect(notTold.combinations.filter(({ kind }) => kind === 'silence')).toHaveLength(pairs.length - told.length + 1);
  });

  it('finds the gene that answers one gene, not the one that answers all, and matches genes by token', () => {
    const response = result.responses.find(({ gene, kind }) => gene === 'GENE0' && kind === 'raise')!;
    const partner = symbolOf(world.genes[PARTNER_OF(2) - 2].id);
    expect(response.genes[0].symbol).toBe(partner);
    expect(response.genes[0].nullPercentile).toBe(100);
    expect(response.chance).toEqual({ nAsHigh: 0, nNull: 8 });
    expect(response.genes.map(({ symbol }) => symbol)).not.toContain('GENE0');
    expect(response.knownTargets).toMatchObject({ nKnown: 1, nShown: 1 });
    const universal = response.genes.find(({ symbol }) => symbol === 'GENE80');
    expect(universal?.specific ?? 0).toBeLessThan(0.2 * response.genes[0].specific);
    expect(response.genes[1].score).toBeLessThan(0.7 * response.genes[0].score);
  });

  it('takes no more passes than were foretold', () => {
    const { total } = followUpPasses(plan.config, { nGenes: GENES.length, nCells: screenPlan.cells.length });
    expect(nPasses).toBeGreaterThan(0);
    expect(nPasses).toBeLessThanOrEqual(total);
  });

  it('gives the same numbers in one go, after a stop and from the kept parts', async () => {
    const store = new MemoryStore();
    const stop = new AbortController();
    const stopped = runEffects({
      ...options,
      store,
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done > 400) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.kept.size).toBeGreaterThan(0);
    const resumed = await runEffects({ ...options, store });
    expect(store.nLoaded).toBeGreaterThan(0);
    const whole = await runEffects(options);
    expect(Buffer.from(resumed.effects.buffer).equals(Buffer.from(whole.effects.buffer))).toBe(true);
    expect([...resumed.acts]).toEqual([...whole.acts]);
    const sums = await runResponses(options);
    const again = await runResponses({ ...options, store });
    const kept = await runResponses({ ...options, store });
    expect(again).toEqual(sums);
    expect(kept).toEqual(sums);
    const other = store.nLoaded;
    await runEffects({ ...options, store, modelId: 'other weights' });
    expect(store.nLoaded).toBe(other);
  });

  it('writes tables whose rows are those of the result', () => {
    const whole = {
      series: result.series,
      combinations: result.combinations,
      responses: result.responses,
    } as FollowUpResult;
    const lines = (table: 'doses' | 'combinations' | 'responses') => followUpCsv(whole, table).trim().split('\r\n');
    expect(lines('doses')).toHaveLength(1 + result.series.reduce((sum, { points }) => sum + points.length, 0));
    expect(lines('combinations')).toHaveLength(1 + result.combinations.length);
    expect(lines('responses')[1]).toMatch(/^GENE0,raise,1,ENSG/);
    for (const table of ['doses', 'combinations', 'responses'] as const) {
      const [header, ...rows] = lines(table).map((line) => line.split(',').length);
      expect(new Set(rows)).toEqual(new Set([header]));
    }
  });
});

describe('planning a follow-up', () => {
  it('computes a condition once, whoever asks for it', () => {
    const plan = planOf();
    const keys = plan.conditions.map((changes) => JSON.stringify(changes));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves out what is not asked for', () => {
    const plan = planOf({ parts: ['doses'], series: ['rank'] });
    expect(plan.series).toHaveLength(5);
    expect([plan.sets.length, plan.responses.length]).toEqual([0, 0]);
  });

  it('says which genes it did not find and goes on with the others', () => {
    const plan = planOf({ genes: ['GENE0', 'gene3', 'NOT-A-GENE'], triples: [] });
    expect(plan.genes.map(({ symbol }) => symbol)).toEqual(['GENE0', 'GENE3']);
    expect(plan.notFound).toEqual([{ gene: 'NOT-A-GENE', reason: 'no gene of this screen' }]);
    expect(plan.warnings[0]).toContain('NOT-A-GENE');
  });

  it('refuses a list without any gene of the screen, and triples of other or equal genes', () => {
    expect(() => planOf({ genes: ['NOT-A-GENE'], triples: [] })).toThrow(/none of the genes is in this screen/);
    expect(() => planOf({ triples: ['GENE0+GENE1+GENE12'] })).toThrow(/GENE12 is none of the genes/);
    expect(() => planOf({ triples: ['GENE0+GENE1+GENE1'] })).toThrow(/names a gene twice/);
  });
});
