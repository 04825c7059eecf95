/** Made-up screens whose effects follow depth, without and with regulators: what corrections do to false discoveries. */
import { CounterRandom } from '#shared/util/random.ts';
import { testGenes } from '#ranking/gene-test.ts';
import type { ScreenResult } from '#screen/types.ts';
import { findings } from '../statistics/alternatives.ts';
import { GOAL, syntheticScreen, TYPICAL, type SyntheticScreen } from '../statistics/synthetic-screen.ts';
import type { Correction } from './corrections.ts';
import { following } from './follows.ts';
import type { CellReads, DepthMatrix } from './matrix.ts';

/** How the effects of a made-up screen follow counts. */
export interface DepthWorld {
  name: string;
  /** Every effect is counts^(−exponent) of itself. */
  exponent: number;
  /** Standard deviation of a gene's own slope on the logarithm of counts, in what random genes do. */
  ownSlopes: number;
  /** Each gene is read only in cells below a depth of its own. */
  isReadLess: boolean;
}

const NOTHING: DepthWorld = { name: 'nothing follows counts', exponent: 0, ownSlopes: 0, isReadLess: false };
export const DEPTH_WORLDS: readonly DepthWorld[] = [
  NOTHING,
  { ...NOTHING, name: 'one factor of the cell', exponent: 1 },
  { ...NOTHING, name: 'a slope of each gene', ownSlopes: 2 },
  { ...NOTHING, name: 'deep cells read fewer genes', isReadLess: true },
];

/** Spread of the logarithm of counts between cells, as in the data of the study. */
const SPREAD = 0.5;

/** A made-up screen and the counts of its cells, with effects that follow them. */
export function deepScreen(world: SyntheticScreen, { exponent, ownSlopes, isReadLess }: DepthWorld) {
  const screen = syntheticScreen(world);
  const random = new CounterRandom(world.seed, 'synthetic-depth');
  const nCells = screen.plan.cells.length;
  const depths = Float64Array.from({ length: nCells }, (_, cell) => SPREAD * random.normal(cell));
  const deepest = (gene: number) => SPREAD * random.normal(2_000_000 + gene);
  const effects = screen.effects[world.operator]!;
  for (let i = 0; i < effects.length; i++) {
    if (effects[i] === 0) continue;
    const [gene, cell] = [Math.floor(i / nCells), i % nCells];
    if (isReadLess && depths[cell] > deepest(gene)) {
      effects[i] = 0;
      continue;
    }
    const own = 0.001 * ownSlopes * random.normal(1_000_000 + gene) * depths[cell];
    effects[i] = (effects[i] + own) * Math.exp(-exponent * depths[cell]);
  }
  const counts = [...depths].map((depth) => 3000 * Math.exp(depth));
  const reads: CellReads = { counts, genes: counts, read: counts.map(() => 256), goalCounts: 3000 * Math.exp(SPREAD) };
  return { screen, reads };
}

/** The screen with corrected effects, so that it goes through the test of a ranking. */
export function correctedScreen(screen: ScreenResult, reads: CellReads, correction: Correction) {
  const { plan } = screen;
  const [operator] = plan.operators;
  const nCells = plan.cells.length;
  const all = Float64Array.from(screen.effects[operator]!);
  const nFirst = plan.genes.filter(({ isCandidate }) => isCandidate).length * nCells;
  const matrix: DepthMatrix = correction.of({ effects: all.slice(0, nFirst), nulls: all.slice(nFirst), nCells }, reads);
  const effects = new Float32Array(all.length);
  effects.set(matrix.effects);
  effects.set(matrix.nulls, nFirst);
  return { matrix, screen: { ...screen, effects: { [operator]: effects } } };
}

export interface DepthRates {
  /** Share of the genes that follow counts at an FDR of 5 %. */
  following: number;
  /** Share of screens with a wrong finding at an FDR of 5 %. */
  anyWrong: number;
  /** Share of the planted regulators found. */
  power: number;
}

export function measureMadeUp(
  depth: DepthWorld,
  correction: Correction,
  { nScreens, planted, world = {} }: { nScreens: number; planted: number; world?: Partial<SyntheticScreen> },
): DepthRates {
  const rates: DepthRates = { following: 0, anyWrong: 0, power: 0 };
  for (let seed = 5000; seed < 5000 + nScreens; seed++) {
    const full: SyntheticScreen = {
      ...TYPICAL,
      nDonors: 1,
      cellsPerDonor: 24,
      knowsDonors: false,
      planted: { n: planted > 0 ? 20 : 0, effect: planted },
      ...world,
      seed,
    };
    const made = deepScreen(full, depth);
    const { matrix, screen } = correctedScreen(made.screen, made.reads, correction);
    const tested = testGenes(screen, GOAL, full.operator);
    const { hits, wrong } = findings(tested.test.pValues, tested.candidates, full.planted.n);
    const follows = following(matrix, made.reads.counts);
    rates.following += follows.n / follows.tested / nScreens;
    rates.anyWrong += (wrong > 0 ? 1 : 0) / nScreens;
    rates.power += full.planted.n > 0 ? (hits - wrong) / full.planted.n / nScreens : 0;
  }
  return rates;
}
