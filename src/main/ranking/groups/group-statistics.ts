import type { GroupSummary } from '#shared/domain/group-effect.ts';
import { cellEffects, type EffectQuery } from '#screen/effects.ts';
import type { ScreenResult } from '#screen/types.ts';
import { bootstrapInterval, type BootstrapWeights, bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { meanTest, type MeanTest } from '#singlecell/statistics/mean-test.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { FEWEST_MOVED } from '#singlecell/statistics/null-model.ts';
import { twoMeans } from '#singlecell/statistics/two-means.ts';
import { FEW_REPLICATES } from '../gene-statistics.ts';
import { type ComparedGroup, comparedGroups } from './compared-groups.ts';

/** Numbers of each gene in each group beside its effect, in their order. */
export const GROUP_NUMBERS = ['low', 'high', 'difference', 'differenceLow', 'differenceHigh', 'pValue', 'fdr'] as const;
const WIDTH = GROUP_NUMBERS.length;

export interface GroupStatistics {
  groups: readonly ComparedGroup[];
  /** Shape: genes × groups; NaN where no cell of the group tells. */
  effects: Float32Array;
  /** Cells of the group that tell. Shape: genes × groups. */
  nCells: Int32Array;
  /** Shape: genes × groups × GROUP_NUMBERS; NaN where nothing is told. */
  numbers: Float32Array;
}

/**
 * Effects of one operator on one state within every donor, label and sub-group of the start cells, with intervals, and how
 * labels and sub-groups differ from the others of their kind.
 *
 * An effect is the mean over donors where donors are the replicate, within a donor over its cells. Interval: Student's below
 * 20 replicates, else percentiles of the bootstrap, as for the effect over all start cells. Comparison: within donors that have
 * cells on both sides (t test of the differences), else between means of donors or, without donors, between cells (two-means).
 * False discovery rate: Benjamini and Hochberg over all candidates and groups of a kind. A gene that changes fewer than three of
 * the compared cells is not compared.
 */
export function groupStatistics(screen: ScreenResult, query: EffectQuery): GroupStatistics {
  const { genes, cells, config } = screen.plan;
  const perCell = cellEffects(screen, query);
  const groups = comparedGroups(screen.plan);
  const weights = new Map<number, BootstrapWeights>();
  const weightsOf = (n: number) => {
    const found = weights.get(n) ?? bootstrapWeights(n, config.nBootstrap, config.seed);
    weights.set(n, found);
    return found;
  };
  const effects = new Float32Array(genes.length * groups.length).fill(NaN);
  const nCells = new Int32Array(effects.length);
  const numbers = new Float32Array(effects.length * WIDTH).fill(NaN);
  for (let gene = 0; gene < genes.length; gene++) {
    const row = perCell.subarray(gene * cells.length, (gene + 1) * cells.length);
    groups.forEach((one, g) => {
      const at = gene * groups.length + g;
      const units = unitMeans(row, one.units);
      nCells[at] = one.group.cells.reduce((n, cell) => n + Number(!Number.isNaN(row[cell])), 0);
      if (nCells[at] === 0) return;
      const student = meanTest(units);
      const { low, high } = units.length < FEW_REPLICATES ? student : bootstrapInterval(units, weightsOf(units.length));
      effects[at] = student.mean;
      numbers.set([low, high], at * WIDTH);
      const compared = compare(row, one);
      if (compared) numbers.set([compared.mean, compared.low, compared.high, compared.pValue], at * WIDTH + 2);
    });
  }
  const told = { groups, effects, nCells, numbers };
  for (const kind of ['label', 'subgroup'] as const) adjust(told, kind, (gene) => genes[gene].isCandidate);
  return told;
}

function unitMeans(row: Float64Array, units: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(units, (cells) => {
    let sum = 0;
    let n = 0;
    for (const cell of cells) {
      if (Number.isNaN(row[cell])) continue;
      sum += row[cell];
      n++;
    }
    return n > 0 ? sum / n : NaN;
  });
}

function compare(row: Float64Array, { test, own, others }: ComparedGroup): MeanTest | null {
  if (test === null) return null;
  const moved = [...own, ...others].flat().filter((cell) => !Number.isNaN(row[cell]) && row[cell] !== 0).length;
  if (moved < FEWEST_MOVED) return null;
  const [left, right] = [unitMeans(row, own), unitMeans(row, others)];
  const found = test === 'paired-donors' ? meanTest(left.map((mean, i) => mean - right[i])) : twoMeans(left, right);
  return Number.isNaN(found.pValue) ? null : found;
}

function adjust(
  { groups, numbers }: Pick<GroupStatistics, 'groups' | 'numbers'>,
  kind: 'label' | 'subgroup',
  isCandidate: (gene: number) => boolean,
): void {
  const ofKind = groups.map(({ group }) => group.kind === kind);
  const places = Array.from({ length: numbers.length / WIDTH }, (_, at) => at).filter(
    (at) => ofKind[at % groups.length] && isCandidate(Math.floor(at / groups.length)),
  );
  const fdr = benjaminiHochberg(places.map((at) => numbers[at * WIDTH + 5]));
  places.forEach((at, i) => (numbers[at * WIDTH + 6] = fdr[i]));
}

const FDR = 0.05;

/** Every group, and how many genes differ in it from the others of its kind. */
export function groupSummaries({ groups, numbers }: GroupStatistics): GroupSummary[] {
  return groups.map(({ group: { kind, name, cells }, test }, g) => {
    const fdr: number[] = [];
    for (let at = g; at < numbers.length / WIDTH; at += groups.length) fdr.push(numbers[at * WIDTH + 6]);
    const compared = fdr.filter((value) => !Number.isNaN(value));
    return {
      kind,
      name,
      nCells: cells.length,
      test,
      nCompared: compared.length,
      nDiffer: compared.filter((value) => value < FDR).length,
    };
  });
}
