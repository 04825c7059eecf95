import { testGenes } from '#ranking/gene-test.ts';
import { bootstrapInterval, bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { meanTest } from '#singlecell/statistics/mean-test.ts';
import { randomInterceptMean } from '#singlecell/statistics/mixed-model.ts';
import { findings, rankSumOverCells, TESTS } from './alternatives.ts';
import { GOAL, syntheticScreen, TYPICAL, type SyntheticScreen } from './synthetic-screen.ts';

export interface Rates {
  /** Share of screens with a wrong finding at an FDR of 5 %; without a true effect it is the false discovery rate. */
  anyWrong: number;
  /** Mean share of wrong genes among the findings. */
  fdr: number;
  /** Mean share of the planted regulators that are found. */
  power: number;
}

/** False discoveries and power of every test over `nScreens` screens of one kind. */
export function measureTests(
  world: Partial<SyntheticScreen>,
  nScreens: number,
  options: { firstSeed?: number; tests?: readonly string[] } = {},
): Record<string, Rates> {
  const { firstSeed = 1000, tests = Object.keys(TESTS) } = options;
  const rates: Record<string, Rates> = Object.fromEntries(
    tests.map((name) => [name, { anyWrong: 0, fdr: 0, power: 0 }]),
  );
  for (let seed = firstSeed; seed < firstSeed + nScreens; seed++) {
    const full = { ...TYPICAL, ...world, seed };
    const screen = syntheticScreen(full);
    const tested = testGenes(screen, GOAL, full.operator);
    for (const name of tests) {
      const { hits, wrong } = findings(TESTS[name](tested, screen), tested.candidates, full.planted.n);
      const rate = rates[name];
      rate.anyWrong += (wrong > 0 ? 1 : 0) / nScreens;
      rate.fdr += (hits > 0 ? wrong / hits : 0) / nScreens;
      rate.power += full.planted.n > 0 ? (hits - wrong) / full.planted.n / nScreens : 0;
    }
  }
  return rates;
}

export interface ReplicateRates {
  /** Share of genes without an effect that each test calls one at p < .05. */
  pseudoBulk: number;
  mixedModel: number;
  cells: number;
  /** Rank-sum of cells against cells of null genes. */
  rankSum: number;
  /** Share of 95 % intervals over donors that hold the true effect. */
  coverT: number;
  coverBootstrap: number;
}

/** How often tests of a mean over donors and over cells are wrong; genes have no effect, donors differ. */
export function measureReplicates(world: Partial<SyntheticScreen>, nScreens: number): ReplicateRates {
  const rates: ReplicateRates = { pseudoBulk: 0, mixedModel: 0, cells: 0, rankSum: 0, coverT: 0, coverBootstrap: 0 };
  let n = 0;
  for (let seed = 1; seed <= nScreens; seed++) {
    const full: SyntheticScreen = { ...TYPICAL, ...world, seed, shape: 'none', unequalReach: false };
    const screen = syntheticScreen(full);
    const tested = testGenes(screen, GOAL, full.operator);
    const { perCell, perReplicate, candidates } = tested;
    const { plan } = screen;
    rates.rankSum += rankSumOverCells(tested, screen).filter((p) => p < 0.05).length;
    const weights = bootstrapWeights(plan.nReplicates, 1000, seed);
    for (const g of candidates) {
      const cells = perCell.subarray(g * plan.cells.length, (g + 1) * plan.cells.length);
      const donors = perReplicate.subarray(g * plan.nReplicates, (g + 1) * plan.nReplicates);
      const [t, bootstrap] = [meanTest(donors), bootstrapInterval(donors, weights)];
      n++;
      if (t.pValue < 0.05) rates.pseudoBulk++;
      if (randomInterceptMean(cells, plan.replicates, plan.nReplicates).pValue < 0.05) rates.mixedModel++;
      if (meanTest(cells).pValue < 0.05) rates.cells++;
      if (t.low <= 0 && t.high >= 0) rates.coverT++;
      if (bootstrap.low <= 0 && bootstrap.high >= 0) rates.coverBootstrap++;
    }
  }
  for (const key of Object.keys(rates) as (keyof ReplicateRates)[]) rates[key] /= n;
  return rates;
}

/** Exact 95 % interval of a count out of n at a rate: what a rate that holds may show. Source: Clopper and Pearson 1934. */
export function binomialRange(n: number, rate: number): [low: number, high: number] {
  let probability = (1 - rate) ** n;
  let below = 0;
  let low = -1;
  for (let k = 0; k <= n; k++) {
    below += probability;
    if (low < 0 && below > 0.025) low = k;
    if (below >= 0.975) return [low / n, k / n];
    probability *= ((n - k) / (k + 1)) * (rate / (1 - rate));
  }
  return [low / n, 1];
}
