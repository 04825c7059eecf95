import { isForetold, type Operator, type ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn, TokenSet, Vocabulary } from '#singlecell/types.ts';
import { startCellGroups } from './cell-groups.ts';
import { chooseCells, FEWEST_DONORS, replicatesOf } from './choose-cells.ts';
import { chooseGenes, type ResolveGene } from './choose-genes.ts';
import { chooseStates } from './choose-states.ts';
import { cellsByLabel } from './labels.ts';
import type { ScreenGene, ScreenPlan } from './types.ts';

/** Cells whose mean embedding stands for a state: more would change the mean by less than the spread of an effect. */
const REFERENCE_CELLS = 200;
/** Effects kept in memory; beyond it the machine would start to swap. */
const MAX_EFFECTS = 2 ** 28;
const FEW_CELLS = 8;

export interface PlanInput {
  config: Omit<ScreenConfig, 'device'>;
  tokens: TokenSet;
  vocabulary: Vocabulary;
  /** The column `config.labelColumn` of the dataset. */
  labels: ObsColumn;
  /** The column `config.donorColumn`, null where none is chosen. */
  donors: ObsColumn | null;
  /** The column `config.subgroupColumn`, where one is chosen. */
  subgroups?: ObsColumn | null;
  /** Genes of the dataset. */
  genes: readonly ScreenGene[];
  /** Cells of the dataset that express each gene, in the order of `genes`. */
  detections: ArrayLike<number>;
  /** Genes the model reads of a cell (`CellEncoder.maxLength`). */
  maxLength: number;
  /** Aliases and previous symbols for a gene list; symbols and ids of the dataset are known without it. */
  resolve?: ResolveGene;
}

/**
 * Decides which cells and genes a screen perturbs.
 *
 * Throws: `not-found` for a state without cells (with the labels there are) or when no gene is left (with the reasons),
 * `invalid-input` when a goal is the start, `conflict` when tokens and vocabulary do not belong together, `resource` when
 * the effects would not fit in memory.
 */
export function planScreen(input: PlanInput): ScreenPlan {
  const { config, tokens, vocabulary } = input;
  if (tokens.vocabularyHash !== vocabulary.hash)
    throw new WorkbenchError(
      'conflict',
      'screen: the prepared cells were made with another vocabulary than the model; prepare the cells with the vocabulary of the model.',
    );
  const maxLength = Math.min(input.maxLength, tokens.maxLength);
  if (config.computation !== 'exact' && config.pooling !== 'cls')
    throw new WorkbenchError(
      'invalid-input',
      'screen: two stages read the species token of a cell; choose the cell embedding cls, or compute everything exactly.',
    );
  const states = chooseStates(config, cellsByLabel(tokens, input.labels));
  const cells = chooseCells(states[0].cells, tokens, input.donors, {
    nCells: config.nCells,
    seed: config.seed,
    stream: 'start-cells',
  });
  const { nDonors, ...replicates } = replicatesOf(cells, tokens, input.donors);
  const { genes, notRanked } = chooseGenes({ ...input, maxLength });
  const plan: ScreenPlan = {
    config: { ...config, goals: [...new Set(config.goals)] },
    operators: runOperators(config.operators),
    genes,
    notRanked,
    cells,
    ...replicates,
    states: states.map((state) => ({
      ...state,
      cells: chooseCells(state.cells, tokens, input.donors, {
        nCells: REFERENCE_CELLS,
        seed: config.seed,
        stream: `reference-cells:${state.name}`,
      }),
    })),
    startCellGroups: startCellGroups(cells, tokens, states[0], {
      labels: input.labels,
      donors: input.donors,
      subgroups: input.subgroups ?? null,
    }),
    measured: [],
    maxLength,
    warnings: [],
  };
  plan.measured = measuredWithin(plan);
  // What is not measured needs no cells; the start stays, since it is what the screen perturbs.
  const dropped = plan.states.length - 1 - Math.max(...plan.measured);
  plan.states.length -= dropped;
  plan.warnings = warningsOf(plan, nDonors, input.donors !== null, dropped);
  return plan;
}

function runOperators(wanted: readonly Operator[]): Operator[] {
  const operators = [...new Set(wanted)];
  return operators.includes('remove') && !operators.includes('mask') ? [...operators, 'mask'] : operators;
}

function warningsOf(plan: ScreenPlan, nDonors: number, hasDonorColumn: boolean, nDropped: number): string[] {
  const warnings: string[] = [];
  const { config, cells } = plan;
  if (config.computation !== 'exact' && !plan.operators.some(isForetold))
    warnings.push('None of the operators can be foretold by a backward pass, so every effect is computed exactly.');
  if (cells.length < config.nCells)
    warnings.push(
      `Only ${cells.length} start cells are there (${config.nCells} were asked for); intervals are wider for it.`,
    );
  if (cells.length < FEW_CELLS) warnings.push(`${cells.length} start cells are too few to trust an interval.`);
  if (plan.replicateUnit === 'cell')
    warnings.push(
      hasDonorColumn
        ? `The start cells come from ${nDonors} ${nDonors === 1 ? 'donor' : 'donors'} (at least ${FEWEST_DONORS}, known for every cell, are needed as replicates), so cells are the replicate, which overstates certainty.`
        : 'No donor column was chosen, so cells are the replicate, which overstates certainty.',
    );
  for (const state of plan.states)
    if (state.cells.length < FEW_CELLS)
      warnings.push(`State "${state.name}" has only ${state.cells.length} cells to show where it lies.`);
  if (nDropped > 0)
    warnings.push(`${nDropped} alternative states are left out, since their effects would not fit in memory.`);
  const nNull = plan.genes.filter((gene) => gene.isNull).length;
  if (nNull < config.nNullGenes)
    warnings.push(`Only ${nNull} null genes could be found (${config.nNullGenes} were asked for).`);
  if (plan.genes.some((gene) => gene.isNull && gene.isCandidate))
    warnings.push(
      'Every gene is a candidate, so the null genes are candidates too; p-values are cautious where many genes have an effect.',
    );
  return warnings;
}

/**
 * Indices of the states effects are kept for: the goals, then start and alternatives as far as memory allows.
 *
 * Throws: `resource` where not even the goals fit.
 */
function measuredWithin(plan: ScreenPlan): number[] {
  const perState = plan.genes.length * plan.cells.length * 2 * plan.operators.length;
  const goals = plan.states.flatMap(({ role }, i) => (role === 'goal' ? [i] : []));
  const others = plan.states.flatMap(({ role }, i) => (role === 'goal' ? [] : [i]));
  const spare = Math.floor(MAX_EFFECTS / perState) - goals.length;
  if (spare < 0)
    throw new WorkbenchError(
      'resource',
      `screen: ${plan.genes.length} genes × ${plan.cells.length} cells × ${goals.length} goals are ${perState * goals.length} effects, more than the ${MAX_EFFECTS} kept at once; take fewer cells, genes or goals.`,
    );
  return [...goals, ...others.slice(0, spare)];
}
