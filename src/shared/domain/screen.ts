import { z } from 'zod';
import { deviceField } from './device.ts';
import { field } from './field.ts';

export const Operator = z.enum(['mask', 'remove', 'knock-down', 'over-express', 'to-rank', 'published-over-express']);
export type Operator = z.infer<typeof Operator>;

/** Whether an operator also acts on cells that do not express the gene. */
export function insertsGenes(operator: Operator): boolean {
  return operator === 'over-express' || operator === 'to-rank';
}

/** Whether an operator raises a gene, rather than silencing or lowering it. */
export function raisesGenes(operator: Operator): boolean {
  return insertsGenes(operator) || operator === 'published-over-express';
}

/** Operators whose effects backward passes foretell: all but one, whose values lie far beyond what a first order tells of. */
export const FORETOLD = [
  'mask',
  'remove',
  'knock-down',
  'over-express',
  'to-rank',
] as const satisfies readonly Operator[];
export type ForetoldOperator = (typeof FORETOLD)[number];

export function isForetold(operator: Operator): operator is ForetoldOperator {
  return (FORETOLD as readonly Operator[]).includes(operator);
}

/** How many alternatives a screen measures at most, and the cells a state needs to be one unasked. */
export const ALTERNATIVES = { most: 20, fewestCells: 8 } as const;

/** In-silico perturbation from a start state to goal states. Source: design/house.md §6, spec/genecompass.md §5. */
export const ScreenConfig = z.object({
  model: field(z.string(), {
    title: 'Model',
    help: 'A fine-tuned model reads out both embedding and state probabilities; a pretrained one only embeddings.',
    source: 'model',
  }),
  tokens: field(z.string(), {
    title: 'Prepared cells',
    help: 'The token set that holds start and goal cells.',
    source: 'tokens',
  }),
  labelColumn: field(z.string(), {
    title: 'Cell-state column',
    help: 'The annotation that holds start and goal; @clusters are the clusters of the cell map, @labels the reference labels.',
    source: 'label-column',
  }),
  labelSource: field(z.string().optional(), {
    title: 'Map or labels',
    help: 'Which map or reference labels @clusters or @labels stand for: those the model was taught, else the newest.',
    advanced: true,
  }),
  stateGroups: field(z.record(z.string().min(1), z.array(z.string().min(1)).min(1)).default({}), {
    title: 'Groups of states',
    help: 'Several labels under one name, which can be start, goal or alternative like any label. Its cells are those of all its labels, its probability is the sum of theirs.',
    source: 'labels',
    advanced: true,
  }),
  start: field(z.string().min(1), {
    title: 'Start state',
    help: 'The cells you have: these are perturbed.',
    source: 'label',
  }),
  goals: field(z.array(z.string().min(1)).min(1).max(20), {
    title: 'Goal states',
    help: 'The fates you want. All goals share the same perturbed cells, so more goals cost nothing.',
    source: 'labels',
  }),
  alternatives: field(
    z.union([z.literal('all'), z.literal('none'), z.array(z.string().min(1)).max(ALTERNATIVES.most)]).default('all'),
    {
      title: 'Alternative states',
      help: `States you do not want: a gene that leads there as much as to the goal is no regulator of the goal. all: every other state with at least ${ALTERNATIVES.fewestCells} cells, the ${ALTERNATIVES.most} most frequent. none. Or a list.`,
      source: 'labels',
    },
  ),
  donorColumn: field(z.string().optional(), {
    title: 'Donor column',
    help: 'Donors are the replicate; without it cells are, which overstates certainty.',
    source: 'donor-column',
  }),
  subgroupColumn: field(z.string().optional(), {
    title: 'Sub-groups',
    help: 'An annotation that parts the start cells, as a phase of the cell cycle or @clusters: the effect of each gene is told for each of them too.',
    source: 'label-column',
    advanced: true,
  }),
  operators: field(z.array(Operator).min(1).default(['over-express', 'mask']), {
    title: 'Operators',
    help: 'mask: the gene is hidden and all ranks are held. remove: the gene is dropped and later genes move up, as published. knock-down: the gene keeps a part of its value and falls in rank. over-express: the gene is raised to a value seen in expressing cells. to-rank: the gene is put at a rank; first is the over-expression of Geneformer. published-over-express: the value of an expressed gene times 10,000, as the published script does, far beyond any value the model was trained on.',
  }),
  genes: field(z.union([z.literal('tf'), z.literal('all'), z.array(z.string())]).default('tf'), {
    title: 'Genes',
    help: 'tf: transcription factors. all: every gene above the detection gate. Or a list of symbols or Ensembl ids.',
    source: 'genes',
  }),
  dosePercentile: field(z.number().min(0.5).max(1).default(0.9), {
    title: 'Over-expression dose',
    help: 'Percentile of the value among expressing cells; at most 1 (the maximum observed), so doses stay in the observed range. 0.5 is the median.',
    unit: 'quantile',
  }),
  doseByDepth: field(z.boolean().default(false), {
    title: 'Dose by depth',
    help: 'Raises a gene in proportion to how deeply each cell was sequenced, so that it stands at about the same rank in all of them. Without it every cell gets the same value, and a model of few genes does not read many raised genes in deep cells.',
    advanced: true,
  }),
  knockDownLevel: field(z.number().min(0).max(0.95).default(0.5), {
    title: 'Knock-down level',
    help: 'What is left of the value of the gene: 0.5 is half, 0.25 a quarter.',
    unit: 'of its value',
    advanced: true,
  }),
  rankPercentile: field(z.number().min(0).max(1).default(0), {
    title: 'Target rank',
    help: 'Where to-rank puts the gene: 0 before all others, 0.5 in the middle of the cell, 1 last.',
    advanced: true,
  }),
  nCells: field(z.number().int().min(4).max(100_000).default(24), {
    title: 'Start cells',
    help: 'More cells give narrower intervals and take longer in proportion.',
    unit: 'cells',
  }),
  minDetections: field(z.number().int().min(1).default(10), {
    title: 'Detection gate',
    help: 'Genes expressed in fewer cells of the dataset are not ranked: the model has hardly seen them.',
    unit: 'cells',
  }),
  pooling: field(z.enum(['cls', 'mean']).default('cls'), {
    title: 'Cell embedding',
    help: 'cls: the species token, as published. mean: average over genes.',
    advanced: true,
  }),
  readOut: field(z.enum(['embedding-shift', 'probability-shift']).default('embedding-shift'), {
    title: 'Read-out',
    help: 'How far the cell moves towards the goal: in the embedding (change of cosine), or in the fine-tuned classifier (change of the log2 odds of the goal; +1 doubles the odds).',
  }),
  computation: field(z.enum(['exact', 'two-stage', 'adaptive']).default('exact'), {
    title: 'Computation',
    switches: true,
    help: 'exact: every perturbation is a pass through the model. two-stage: a backward pass or two for each cell foretell all genes, and only the leading ones, genes you name, the null genes and a random sample are computed exactly; how well both agree is told, and where they do not, everything is computed exactly. adaptive: as two-stage, but a gene is computed exactly in a few start cells first, and in more only while it is open whether it is among the leading genes.',
  }),
  nExact: field(z.number().int().min(10).max(5000).default(200), {
    title: 'Genes computed exactly',
    help: 'Of two stages, for each goal: the genes with the largest foretold effects.',
    unit: 'genes',
    advanced: true,
  }),
  nTop: field(z.number().int().min(1).max(1000).default(50), {
    title: 'Leading genes to settle',
    help: 'Of adaptive stages, for each goal: more start cells are computed until it is settled which genes lead.',
    unit: 'genes',
    advanced: true,
  }),
  device: deviceField,
  nBootstrap: field(z.number().int().min(100).max(10_000).default(1000), {
    title: 'Bootstrap samples',
    help: 'For the 95 % interval.',
    advanced: true,
  }),
  nNullGenes: field(z.number().int().min(20).max(5000).default(200), {
    title: 'Null genes',
    help: 'Expression-matched genes that are no candidates; they show what chance looks like.',
    advanced: true,
  }),
  seed: field(z.number().int().min(0).max(2_147_483_647).default(0), {
    title: 'Seed',
    help: 'The same seed gives the same result on the same machine.',
    advanced: true,
  }),
});
export type ScreenConfig = z.infer<typeof ScreenConfig>;
