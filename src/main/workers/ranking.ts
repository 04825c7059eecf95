import { RankingConfig } from '#shared/domain/ranking.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobContext } from '#jobs/worker.ts';
import { RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { GOAL_GROUP, START_GROUP } from '#ranking/method-scores.ts';
import { groupStatistics, groupSummaries } from '#ranking/groups/group-statistics.ts';
import { rankGenes } from '#ranking/rank-genes.ts';
import { screenFromBlobs } from '#screen/blobs.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { cellDepth } from './cell-depth.ts';
import { expressedPercentiles, principalComponents } from '#singlecell/baselines/ranking/linear-screen.ts';
import { loadGeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { openStoredDataset } from './dataset-store.ts';
import { type Labels, stateLabels } from './labels.ts';
import { groupBlobs } from './group-blobs.ts';
import { describeGenes, geneResolver, resolveGeneId, resourcesFolder } from './resources.ts';
import { readTokens, type StoredTokens } from './tokens-store.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.ranking;

/** Ranks the genes of a screen for one goal beside simple baselines and keeps table and report. */
export async function rankingWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = RankingConfig.parse(input);
  const { artifacts } = context.project;
  const screenManifest = artifacts.get(config.screen);
  const screenConfig = ScreenConfig.parse(screenManifest.config);
  const screen = await screenFromBlobs((name) => Promise.resolve(artifacts.read(config.screen, name)));
  const model = artifacts.get(screenConfig.model);
  const stored = readTokens(artifacts, screenConfig.tokens, screenConfig);
  const dataset = openStoredDataset(artifacts, stored.dataset);
  const resolver = await geneResolver();

  if (!screenConfig.goals.includes(config.goal)) {
    throw new WorkbenchError(
      'not-found',
      `${screenManifest.title}: "${config.goal}" is none of its goals (${screenConfig.goals.join(', ')}); choose one of them.`,
    );
  }
  const labels = stateLabels(
    context.project,
    { dataset, manifest: stored.dataset },
    screenConfig.labelColumn,
    screenConfig.labelSource,
  );
  const labelsOfState = (name: string) => screen.plan.states.find((state) => state.name === name)?.labels ?? [name];
  const codes = Int32Array.from(stored.tokens.cellIndex, (cell) => labels.codes[cell]);
  const states = comparedStates({ ...labels, codes }, labelsOfState(screenConfig.start), labelsOfState(config.goal));
  const groupOfLabel = labels.categories.map((label) => states.findIndex((state) => state.includes(label)));
  const groupOfCell = new Int32Array(dataset.counts.nCells).fill(-1);
  stored.tokens.cellIndex.forEach((cell, row) => {
    if (codes[row] >= 0) groupOfCell[cell] = groupOfLabel[codes[row]];
  });
  const expression = await groupExpression(dataset.counts, groupOfCell, states.length, (done, total) =>
    reportStep(context, 'Expression in start and goal', done, total, 'cells'),
  );
  const sample = { seed: screenConfig.seed };
  const components = await principalComponents(dataset.counts, stored.tokens.cellIndex, {
    ...sample,
    onCells: (done, total) => reportStep(context, 'Linear screen', done, total, 'cell reads'),
  });
  const doses = await expressedPercentiles(dataset.counts, stored.tokens.cellIndex, {
    ...sample,
    percentile: screenConfig.dosePercentile,
  });

  const { genes, report: ranked } = rankGenes({
    screen,
    config,
    tokens: stored.tokens,
    genes: describeGenes(resolver, dataset.genes, dataset.species),
    expression,
    geneVectors: geneVectorsOf(dataset.genes, stored),
    linear: { components, doses },
    depth: cellDepth(
      dataset.counts,
      screen.plan.cells.map((row) => stored.tokens.cellIndex[row]),
    ),
    classifier:
      model.summary.stage === 'fine-tuned'
        ? { model: Number(model.summary.macroF1), bestBaseline: Number(model.summary.bestBaselineMacroF1) }
        : null,
    resolve: resolveGeneId(resolver, dataset.species),
    facts: await loadGeneFacts(resourcesFolder(), resolver, dataset.species),
  });
  const query = { operator: config.operator, goal: config.goal, readOut: screen.plan.config.readOut };
  const groups = groupStatistics(screen, query);
  const report = { ...ranked, groups: groupSummaries(groups) };
  for (const warning of report.warnings) context.log('warn', warning);

  const plan = {
    kind: 'ranking' as const,
    title: `${report.start} → ${report.goal}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [config.screen as ArtifactId],
  };
  const summary = {
    goal: report.goal,
    leader: report.leader,
    leaderReason: report.leaderReason,
    nGenes: report.nGenes,
    nSignificant: report.nSignificant,
    recall: report.recall,
    top: genes.slice(0, 10).map(({ symbol }) => symbol),
  };
  const draft = artifacts.draft(plan);
  draft.blob(RANKING_BLOBS.genes, genes);
  draft.blob(RANKING_BLOBS.report, report);
  for (const [name, content] of groupBlobs(screen.plan, groups)) draft.blob(name, content);
  return [draft.commit(summary).id];
}

/** Most states a gene's specificity is told among: the expression of every gene is held for each. */
const MOST_STATES = 50;
/** A mean over fewer cells makes a gene look specific by luck. */
const FEWEST_CELLS = 10;

/** Start and goal, then the other states with enough cells, the largest first. */
function comparedStates({ categories, codes }: Labels, start: string[], goal: string[]): string[][] {
  const sizes = new Int32Array(categories.length);
  for (const code of codes) if (code >= 0) sizes[code]++;
  const others = categories
    .map((label, code) => ({ label, nCells: sizes[code] }))
    .filter(({ label, nCells }) => !start.includes(label) && !goal.includes(label) && nCells >= FEWEST_CELLS)
    .sort((a, b) => b.nCells - a.nCells || (a.label < b.label ? -1 : 1))
    .slice(0, MOST_STATES - 2)
    .map(({ label }) => [label]);
  const states: string[][] = [];
  states[START_GROUP] = start;
  states[GOAL_GROUP] = goal;
  return [...states, ...others];
}

/** Token row of each gene of the dataset in the prior; -1 where the vocabulary does not hold it. */
function geneVectorsOf(genes: readonly { id: string }[], { vocabulary, prior }: StoredTokens) {
  const tokenOf = new Map(vocabulary.tokens.map((id, token) => [id, token]));
  return {
    width: prior.width,
    vectors: prior.vectors,
    rowOfGene: Int32Array.from(genes, ({ id }) => tokenOf.get(id) ?? -1),
  };
}
