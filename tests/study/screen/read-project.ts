/** Every witness of every gene of a finished study project, for each goal with known regulators. */
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { RankingConfig } from '#shared/domain/ranking.ts';
import type { Operator } from '#shared/domain/screen.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { Project } from '#project/project.ts';
import { screenEvidence } from '#ranking/evidence.ts';
import { methodScores } from '#ranking/method-scores.ts';
import { universalResponses } from '#ranking/universal.ts';
import { screenFromBlobs } from '#screen/blobs.ts';
import type { ReadOut, ScreenResult } from '#screen/types.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { expressedPercentiles, principalComponents } from '#singlecell/baselines/ranking/linear-screen.ts';
import { loadGeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { openStoredDataset } from '#workers/dataset-store.ts';
import { labelsOf } from '#workers/labels.ts';
import { describeGenes, geneResolver, resolveGeneId, resourcesFolder } from '#workers/resources.ts';
import { readTokens } from '#workers/tokens-store.ts';
import { CASES, type KnownList, type StudyCase } from './cases.ts';
import { STUDY_PASSPHRASE, type StudyProject, type StudyScreen } from './make-screens.ts';

/** What a screen says with one operator and read-out; NaN where it says nothing of a gene. */
export interface ModelWitness {
  variant: StudyScreen['variant'];
  operator: Operator;
  readOut: ReadOut;
  splitHalf: number | null;
  effect: number[];
  /** Against matched null genes. */
  z: number[];
  /** Mean effect on the other goals; null where there is none. */
  universal: number[] | null;
}

/** One goal of one screen: the genes a ranking orders, which are known, and what each witness says of them. */
export interface StudyTask {
  case: string;
  biology: string;
  seed: number;
  start: string;
  goal: string;
  symbols: string[];
  tokenIds: number[];
  detections: number[];
  isKnown: boolean[];
  /** Known and measured, ranked or not. */
  nKnown: number;
  notMeasured: string[];
  simple: Partial<Record<RankingMethod, number[]>>;
  model: ModelWitness[];
}

export async function readTasks(made: StudyProject): Promise<StudyTask[]> {
  const study = CASES.find(({ name }) => name === made.case) as StudyCase;
  const project = await Project.open(made.file, { passphrase: STUDY_PASSPHRASE });
  try {
    const tasks: StudyTask[] = [];
    const world = await readWorld(project, made.screens[0].artifact);
    for (const known of study.known) tasks.push(await readTask(project, made, study, known, world));
    return tasks;
  } finally {
    project.close();
  }
}

/** What all goals of a project share. */
async function readWorld({ artifacts }: Project, screen: string) {
  const resolver = await geneResolver();
  const config = ScreenConfig.parse(artifacts.get(screen).config);
  const stored = readTokens(artifacts, config.tokens);
  const dataset = openStoredDataset(artifacts, stored.dataset);
  const genes = describeGenes(resolver, dataset.genes, dataset.species);
  const resolve = resolveGeneId(resolver, dataset.species);
  const rowOf = new Map(genes.map(({ id }, row) => [id, row]));
  const rowOfName = (name: string) => rowOf.get(resolve(name) ?? '') ?? -1;
  const tokenOf = new Map(stored.vocabulary.tokens.map((id, token) => [id, token]));
  const { cellIndex } = stored.tokens;
  const { seed, dosePercentile: percentile } = config;
  return {
    stored,
    dataset,
    genes,
    rowOf,
    rowOfName,
    facts: await loadGeneFacts(resourcesFolder(), resolver, dataset.species),
    geneVectors: {
      width: stored.prior.width,
      vectors: stored.prior.vectors,
      rowOfGene: genes.map(({ id }) => tokenOf.get(id) ?? -1),
    },
    linear: {
      components: await principalComponents(dataset.counts, cellIndex, { seed }),
      doses: await expressedPercentiles(dataset.counts, cellIndex, { seed, percentile }),
    },
  };
}

async function readTask(
  { artifacts }: Project,
  made: StudyProject,
  study: StudyCase,
  known: KnownList,
  world: Awaited<ReturnType<typeof readWorld>>,
): Promise<StudyTask> {
  const { stored, dataset, genes, rowOf, rowOfName, geneVectors, linear, facts } = world;
  const of = made.screens.filter(({ start }) => start === known.start);
  const screens: [StudyScreen, ScreenResult][] = [];
  for (const screen of of)
    screens.push([screen, await screenFromBlobs((name) => Promise.resolve(artifacts.read(screen.artifact, name)))]);
  const standard = screens.find(([{ variant }]) => variant === 'standard')![1];
  const labels = labelsOf(dataset, study.labelColumn, stored.tokens.cellIndex, study.name);
  const names = [known.start, known.goal, ...labels.categories.filter((l) => l !== known.start && l !== known.goal)];
  const groupOfCell = new Int32Array(dataset.counts.nCells).fill(-1);
  stored.tokens.cellIndex.forEach((cell, row) => {
    groupOfCell[cell] = names.indexOf(labels.categories[labels.codes[row]]);
  });
  const expression = await groupExpression(dataset.counts, groupOfCell, names.length);
  const evidence = screenEvidence(standard, known.goal, 'over-express');
  const rows = evidence.genes.map(({ gene }) => rowOf.get(gene.geneId) as number);
  const scores = methodScores(
    { screen: standard, config: RankingConfig.parse({ screen: of[0].artifact, goal: known.goal }) },
    evidence,
    rows,
    { expression, geneVectors, linear, genes, facts },
  );
  const asked = new Set([
    ...standard.plan.genes.filter(({ isCandidate }) => isCandidate).map(({ geneId }) => geneId),
    ...standard.plan.notRanked.map(({ gene }) => genes.find(({ symbol }) => symbol === gene)?.id ?? gene),
  ]);
  const wanted = known.genes.map((name) => ({ name, id: genes[rowOfName(name)]?.id }));
  const measured = new Set(wanted.flatMap(({ id }) => (id && asked.has(id) ? [id] : [])));
  return {
    case: made.case,
    biology: study.biology,
    seed: made.seed,
    start: known.start,
    goal: known.goal,
    symbols: evidence.genes.map(({ gene }) => gene.symbol),
    tokenIds: evidence.genes.map(({ gene }) => gene.tokenId),
    detections: evidence.genes.map(({ gene }) => gene.detections),
    isKnown: evidence.genes.map(({ gene }) => measured.has(gene.geneId)),
    nKnown: measured.size,
    notMeasured: wanted.filter(({ id }) => !id || !asked.has(id)).map(({ name }) => name),
    simple: Object.fromEntries(Object.entries(scores).map(([method, values]) => [method, [...values]])),
    model: screens.flatMap(([{ variant }, screen]) => modelWitnesses(variant, screen, known.goal, evidence.genes)),
  };
}

function modelWitnesses(
  variant: StudyScreen['variant'],
  screen: ScreenResult,
  goal: string,
  genes: readonly { gene: { tokenId: number } }[],
): ModelWitness[] {
  return screen.plan.operators.flatMap((operator) =>
    screen.readOuts.map((readOut): ModelWitness => {
      const read = { ...screen, plan: { ...screen.plan, config: { ...screen.plan.config, readOut } } };
      const evidence = screenEvidence(read, goal, operator);
      const of = new Map(evidence.genes.map((one) => [one.gene.tokenId, one]));
      const rowOf = new Map(screen.plan.genes.map(({ tokenId }, row) => [tokenId, row]));
      const universal = universalResponses(screen, { operator, goal, readOut });
      return {
        variant,
        operator,
        readOut,
        splitHalf: evidence.splitHalf,
        effect: genes.map(({ gene }) => of.get(gene.tokenId)?.effect ?? NaN),
        z: genes.map(({ gene }) => of.get(gene.tokenId)?.z ?? NaN),
        universal: universal && genes.map(({ gene }) => universal[rowOf.get(gene.tokenId) as number]),
      };
    }),
  );
}
