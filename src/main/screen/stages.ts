import type { Operator } from '#shared/domain/screen.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { meanEffects } from './mean-effects.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import type { ScreenPlan, ScreenResult, StageAgreement } from './types.ts';

/** Genes drawn at random beside the null genes, so that foretold and exact effects are compared on genes of all kinds. */
export const SAMPLE = 50;
/** Below this rank correlation what is foretold is not used. */
export const ENOUGH_AGREEMENT = 0.8;
/** A correlation of fewer genes says nothing. */
const FEWEST_COMPARED = 10;

export interface ExactChoice {
  /** Rows of `plan.genes` that are computed exactly, ascending. */
  exact: number[];
  /** Those that were not chosen for what was foretold of them. */
  compared: number[];
}

/** The genes whose effects are computed exactly: the leading ones of every goal, those asked for by name, all null genes, and a random sample. */
export function chooseExact(screen: ScreenResult): ExactChoice {
  const { plan } = screen;
  const rows = plan.genes.map((_, row) => row);
  const candidates = rows.filter((row) => plan.genes[row].isCandidate);
  const compared = new Set([...rows.filter((row) => plan.genes[row].isNull), ...chooseSample(screen)]);
  const exact = new Set([...compared, ...namedRows(plan)]);
  for (const operator of Object.keys(screen.effects) as Operator[])
    for (const goal of goalsOf(plan)) {
      const means = meanEffects(screen, { operator, goal });
      const leading = candidates
        .filter((row) => !Number.isNaN(means[row]))
        .sort((a, b) => Math.abs(means[b]) - Math.abs(means[a]) || a - b);
      for (const row of leading.slice(0, plan.config.nExact)) exact.add(row);
    }
  const ascending = (set: Set<number>) => [...set].sort((a, b) => a - b);
  return { exact: ascending(exact), compared: ascending(compared) };
}

/** Candidates that were asked for by name: whoever names a gene wants its effect and no forecast. */
export function namedRows({ config, genes }: Pick<ScreenPlan, 'config' | 'genes'>): number[] {
  return Array.isArray(config.genes) ? genes.flatMap(({ isCandidate }, row) => (isCandidate ? [row] : [])) : [];
}

/** A sample of the candidates and one of the null genes, among those that start cells tell of; rows, ascending. */
export function chooseSample(screen: ScreenResult): number[] {
  const { plan } = screen;
  const operators = Object.keys(screen.effects) as Operator[];
  const means = operators.flatMap((operator) => goalsOf(plan).map((goal) => meanEffects(screen, { operator, goal })));
  const random = new CounterRandom(plan.config.seed, 'exact-sample');
  const draw = (isWanted: (row: number) => boolean) =>
    plan.genes
      .flatMap((_, row) => (isWanted(row) && means.some((mean) => !Number.isNaN(mean[row])) ? [row] : []))
      .map((row) => ({ row, key: random.uniform(row) }))
      .sort((a, b) => a.key - b.key || a.row - b.row)
      .slice(0, SAMPLE)
      .map(({ row }) => row);
  const both = new Set([...draw((row) => plan.genes[row].isCandidate), ...draw((row) => plan.genes[row].isNull)]);
  return [...both].sort((a, b) => a - b);
}

/** How far foretold effects agree with exact ones of the same cells, by the read-out of the configuration. */
export function agreementOf(
  foretold: ScreenResult,
  exact: ScreenResult,
  operators: readonly Operator[],
  compared: readonly number[],
): StageAgreement[] {
  return operators.flatMap((operator) =>
    goalsOf(exact.plan).map((goal): StageAgreement => {
      const [guess, truth] = [foretold, exact].map((screen) =>
        meanEffects(screen, { operator, goal, rows: compared, computedIn: exact }),
      );
      const rows = compared.filter((row) => !Number.isNaN(guess[row]) && !Number.isNaN(truth[row]));
      const both = rows.reduce((sum, row) => sum + guess[row] * truth[row], 0);
      const squares = rows.reduce((sum, row) => sum + guess[row] ** 2, 0);
      return {
        operator,
        goal,
        nCompared: rows.length,
        spearman:
          rows.length < FEWEST_COMPARED
            ? null
            : spearman(
                rows.map((row) => guess[row]),
                rows.map((row) => truth[row]),
              ),
        slope: squares > 0 ? both / squares : 1,
      };
    }),
  );
}

/** Whether every goal agrees well enough for the foretold effects of an operator to stand. */
export function agreesEnough(agreement: readonly StageAgreement[], operator: Operator): boolean {
  return agreement
    .filter((one) => one.operator === operator)
    .every(({ spearman: rho, slope }) => rho !== null && rho >= ENOUGH_AGREEMENT && slope > 0);
}

/**
 * Takes over the foretold effects of all genes that were not computed exactly, scaled to the exact ones.
 *
 * Note: one factor for each operator, goal and read-out would follow the noise of read-outs nobody asked for, so the
 * factor of the configured read-out serves all.
 */
export function takeForetold(screen: ScreenResult, foretold: ScreenResult): void {
  const { plan, readOuts, stages } = screen;
  if (!stages) return;
  const isExact = new Set(stages.exact);
  for (const { operator, goal, slope } of stages.agreement) {
    if (stages.fellBack.includes(operator)) continue;
    const [into, from] = [screen.effects[operator]!, foretold.effects[operator]!];
    const offset = effectOffset(plan, readOuts, goal);
    const perGene = effectsPerGene(plan, readOuts);
    for (let row = 0; row < plan.genes.length; row++) {
      if (isExact.has(row)) continue;
      for (let cell = 0; cell < plan.cells.length; cell++) {
        const at = (row * plan.cells.length + cell) * perGene + offset;
        for (let r = 0; r < readOuts.length; r++) into[at + r] = slope * from[at + r];
      }
    }
  }
}

const goalsOf = (plan: ScreenPlan) => goalStates(plan).map(({ name }) => name);
