import { DEFAULT_WEIGHTS } from '#shared/domain/witness.ts';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { MODEL_PRESETS } from '#shared/domain/model.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { LayoutConfig } from '#shared/domain/classical.ts';
import type { ClassifierReport } from '#shared/domain/training.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { IMPORTED, libraryModel } from './fake-library.ts';
import { fakeChecks, KNOWN, rankedGenes, stages } from './fake-ranked-genes.ts';

export { rankedGenes };
/** Believable contents of a project; every number is drawn from a fixed seed. */
export const artifactId = (digit: string): ArtifactId => digit.repeat(64).slice(0, 64) as ArtifactId;

export const IDS = {
  dataset: artifactId('1a'),
  tokens: artifactId('2b'),
  vocabulary: artifactId('3c'),
  pretrained: artifactId('4d'),
  finetuned: artifactId('5e'),
  embeddings: artifactId('e'),
  screen: artifactId('6f'),
  ranking: artifactId('7a'),
  layout: artifactId('8b'),
};

export const STATES = [
  ['Ductal', 916],
  ['Ngn3 low EP', 262],
  ['Ngn3 high EP', 642],
  ['Pre-endocrine', 592],
  ['Beta', 591],
  ['Alpha', 481],
  ['Delta', 70],
  ['Epsilon', 142],
] as const;
export const N_CELLS = STATES.reduce((sum, [, n]) => sum + n, 0);
const at = (minute: number) => `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`;

export const dataset: DatasetInfo = {
  id: IDS.dataset,
  name: 'Mouse pancreas E15.5',
  species: 'mouse',
  nCells: N_CELLS,
  nGenes: 16_791,
  labelColumn: 'clusters',
  donorColumn: 'embryo',
  sampleColumn: null,
  batchColumn: null,
  conditionColumn: null,
  obsColumns: [
    {
      name: 'clusters',
      kind: 'categorical',
      nDistinct: STATES.length,
      nMissing: 0,
      categories: STATES.map(([value, nCells]) => ({ value, nCells })),
      looksPersonal: false,
      privacy: 'open',
    },
    {
      name: 'embryo',
      kind: 'categorical',
      nDistinct: 4,
      nMissing: 0,
      categories: [1, 2, 3, 4].map((n) => ({ value: `donor ${n}`, nCells: N_CELLS / 4 })),
      looksPersonal: false,
      privacy: 'limited',
      privacyReason: 'names-donors',
    },
    { name: 'S_score', kind: 'number', nDistinct: N_CELLS, nMissing: 0, looksPersonal: false, privacy: 'open' },
    {
      name: 'collected_on',
      kind: 'text',
      nDistinct: 4,
      nMissing: 12,
      looksPersonal: true,
      privacy: 'restricted',
      privacyReason: 'date',
    },
  ],
  report: {
    nCells: N_CELLS,
    nGenes: 16_791,
    species: 'mouse',
    labelColumns: ['clusters'],
    matrix: 'X',
    genesInFile: 17_750,
    genesMatched: 16_791,
    genesMatchedBy: { symbol: 16_204, alias: 561, 'date rescue': 26 },
    genesAmbiguous: 43,
    genesMissing: 916,
    duplicatesSummed: 12,
    countsKept: 0.973,
    cellsWithoutCounts: 0,
    missingExamples: ['Gm42418', '4930402H24Rik', 'AY036118'],
    warnings: ['obs/collected_on looks personal; it stays in the encrypted project and is left out of every export.'],
    samples: [],
    sampleColumn: null,
    geneOverlap: null,
    speciesSplit: null,
  },
  createdAt: at(1),
};

export const tokens = {
  id: IDS.tokens,
  title: 'Mouse pancreas E15.5, 256 genes per cell',
  dataset: IDS.dataset,
  vocabulary: IDS.vocabulary,
  vocabularyHash: 'c0ffee'.repeat(8),
  nCells: N_CELLS - 58,
  maxLength: 256,
  coverage: {
    nCells: N_CELLS,
    nCellsKept: N_CELLS - 58,
    maskedBy: { maxCountsZ: 31, maxMitoZ: 24, minCoreGenes: 3 },
    nGenes: 16_791,
    genesInVocabulary: 13_960,
    countsCovered: 0.991,
    cellsTruncated: 0.97,
    medianLength: 256,
    medians: 'own' as const,
    homologsMapped: 0,
    warnings: ['97 % of the cells have more than 256 genes; their lowest-ranked genes are not read.'],
  },
  createdAt: at(4),
};

const { title: _title, ...size } = MODEL_PRESETS.demo;
const modelConfig = {
  ...size,
  vocabularySize: 13_963,
  vocabularyHash: tokens.vocabularyHash,
  priors: [{ name: 'co_exp' as const, width: 48 }],
  valueEncoding: 'scalar' as const,
  activation: 'gelu' as const,
  dropout: 0.02,
  layerNormEps: 1e-12,
  initializerRange: 0.02,
};

export const models = [
  {
    id: IDS.pretrained,
    title: 'Pretrained, quick look',
    stage: 'pretrained' as const,
    config: modelConfig,
    nParameters: 402_816,
    labels: null,
    labelColumn: null,
    tokens: IDS.tokens,
    createdAt: at(12),
  },
  {
    id: IDS.finetuned,
    title: 'Cell states (clusters)',
    stage: 'fine-tuned' as const,
    config: modelConfig,
    nParameters: 403_592,
    labels: STATES.map(([label]) => label),
    labelColumn: 'clusters',
    tokens: IDS.tokens,
    createdAt: at(21),
  },
];

/** The library's model in a project, and cells prepared for it. */
export const importedModel = {
  id: IMPORTED.modelId,
  title: libraryModel.title,
  stage: 'pretrained' as const,
  config: libraryModel.config,
  nParameters: libraryModel.checkpoint.nParameters,
  labels: null,
  labelColumn: null,
  tokens: null,
  imported: { model: libraryModel.id, sha256: 'e'.repeat(64), vocabulary: IMPORTED.vocabularyId },
  createdAt: at(40),
};

export const importedTokens = {
  ...tokens,
  id: artifactId('2c'),
  title: 'Mouse pancreas E15.5',
  coverage: { ...tokens.coverage, medians: 'imported' as const, mediansFound: 12_411, mediansMissing: 310 },
  vocabulary: IMPORTED.vocabularyId,
  vocabularyHash: libraryModel.config.vocabularyHash,
  maxLength: 2048,
  createdAt: at(44),
};

export function history(model: string): { series: string; step: number; value: number }[] {
  const random = new CounterRandom(7, model);
  const rows: { series: string; step: number; value: number }[] = [];
  for (let step = 10; step <= 1000; step += 10) {
    rows.push({ series: 'loss', step, value: 1.1 + 2.6 * Math.exp(-step / 260) + 0.05 * random.normal(step) });
    if (step % 200 === 0)
      rows.push({
        series: 'validation loss',
        step,
        value: 1.18 + 2.6 * Math.exp(-step / 260) + 0.01 * random.normal(step),
      });
  }
  if (model.startsWith(IDS.finetuned.slice(0, 12)))
    for (let epoch = 1; epoch <= 6; epoch++) {
      const value = 0.84 - 0.4 * Math.exp(-epoch) - 0.01 * Math.abs(epoch - 4);
      rows.push({ series: 'validation accuracy', step: epoch, value: value + 0.04 });
      rows.push({ series: 'validation macro-F1', step: epoch, value });
    }
  return rows;
}

const perClass = (shift: number) =>
  STATES.map(([label, n], index) => {
    const f1 = Math.min(0.985, Math.max(0.2, 0.93 - shift - (n < 150 ? 0.22 : 0) - 0.02 * (index % 3)));
    return { label, nTest: Math.round(n / 5), precision: f1 + 0.01, recall: f1 - 0.01, f1 };
  });

export const classifierReport: ClassifierReport = {
  split: 'held-out-donor',
  nTrain: 2587,
  nValidation: 287,
  nTest: 739,
  bestEpoch: 4,
  labels: STATES.map(([label]) => label),
  model: { method: 'GeneCompass', accuracy: 0.874, macroF1: 0.812, perClass: perClass(0) },
  baselines: [
    {
      method: 'Logistic regression on 2,000 variable genes',
      accuracy: 0.902,
      macroF1: 0.846,
      perClass: perClass(-0.03),
    },
    { method: 'Nearest neighbours in PCA space', accuracy: 0.861, macroF1: 0.779, perClass: perClass(0.03) },
    { method: 'Always the most frequent state', accuracy: 0.248, macroF1: 0.05, perClass: [] },
  ],
  confusion: STATES.map(([, n], row) =>
    STATES.map((_, column) => {
      const test = Math.round(n / 5);
      if (row === column) return Math.round(test * 0.86);
      return Math.abs(row - column) === 1 ? Math.round(test * 0.06) : 0;
    }),
  ),
  warnings: ['Delta has 14 test cells: its scores may differ much from run to run.'],
};

export const screen = {
  id: IDS.screen,
  title: 'Ductal → Beta, Alpha',
  start: 'Ductal',
  goals: ['Beta', 'Alpha'],
  operators: ['over-express', 'mask'],
  nGenes: 742,
  nCells: 24,
  stages,
  config: {
    model: IDS.finetuned,
    tokens: IDS.tokens,
    labelColumn: 'clusters',
    start: 'Ductal',
    goals: ['Beta', 'Alpha'],
    donorColumn: 'embryo',
    operators: ['over-express', 'mask'],
    genes: 'tf',
    dosePercentile: 0.9,
    nCells: 24,
    minDetections: 10,
    readOut: 'embedding-shift',
  },
  createdAt: at(33),
};

const atTop = (rank: (gene: RankedGene) => number, k: number) =>
  rankedGenes.filter((gene) => gene.isKnown && rank(gene) <= k).length;
const recallOf = (method: 'model' | 'fold-change' | 'combined' | 'expression', rank: (gene: RankedGene) => number) => ({
  method,
  known: KNOWN.length,
  at10: atTop(rank, 10),
  at20: atTop(rank, 20),
  at50: atTop(rank, 50),
  byChance: 0.01,
});
export const ranking = {
  id: IDS.ranking,
  title: 'Ductal → Beta, over-expression',
  screen: IDS.screen,
  report: {
    goal: 'Beta',
    start: 'Ductal',
    operator: 'over-express' as const,
    weights: DEFAULT_WEIGHTS,
    leader: 'combined' as const,
    leaderReason:
      'Of the 10 known regulators, the combination of model and fold change finds more among its first 50 genes than either alone.',
    nGenes: rankedGenes.length,
    nSignificant: rankedGenes.filter((gene) => gene.fdr < 0.05).length,
    notRanked: 318,
    goalCellTypes: [{ name: 'type B pancreatic cell', id: 'CL:0000169' }],
    recall: [
      recallOf('combined', (gene) => gene.rankByCombined),
      recallOf('model', (gene) => gene.rankByModel),
      recallOf('fold-change', (gene) => gene.rankByFoldChange),
      recallOf('expression', (gene) => gene.rankByExpression),
      { method: 'random' as const, known: KNOWN.length, at10: 0, at20: 0, at50: 1, byChance: 0.49 },
    ],
    chance: [
      { depth: 10, expected: 0.13, low: 0, high: 1 },
      { depth: 20, expected: 0.27, low: 0, high: 1 },
      { depth: 50, expected: 0.67, low: 0, high: 2 },
    ],
    ...fakeChecks,
    warnings: [
      'The model was trained on the same cells it is asked about: a shift is what the model learned, not what a cell does.',
      'Only 24 start cells of 4 embryos were perturbed; intervals of neighbouring genes overlap.',
    ],
  },
  createdAt: at(35),
};

export const cellMap = (() => {
  const random = new CounterRandom(3, 'map');
  const x: number[] = [];
  const y: number[] = [];
  const clusters: number[] = [];
  const codes: number[] = [];
  STATES.forEach(([, n], state) => {
    for (let i = 0; i < n; i++) {
      const key = codes.length;
      const along = state / STATES.length + random.uniform(key + 50_000) * 0.16;
      x.push(12 * Math.cos(3.6 * along) + 1.1 * random.normal(key));
      y.push(9 * Math.sin(3.6 * along) + 1.1 * random.normal(key + 20_000) + (state > 4 ? (state - 5.5) * 1.6 : 0));
      clusters.push(Math.min(9, state + (random.uniform(key + 90_000) > 0.8 ? 1 : 0)));
      codes.push(state);
    }
  });
  const before = {
    x: x.map((value, i) => value + (i % 4 === 0 ? 6 : 0)),
    y: y.map((value, i) => value - (i % 4 === 0 ? 4 : 0)),
  };
  const map = {
    id: IDS.layout,
    dataset: IDS.dataset,
    method: 'UMAP on 25 principal components, corrected for 4 batches',
    x,
    y,
    before,
    clusters,
    cellIndex: codes.map((_, index) => index),
    nPlaced: 0,
    mixing: { nBatches: 4, nNeighbours: 15, before: 0.41, after: 0.86, labelBefore: 0.9, labelAfter: 0.89 },
    warnings: [],
    config: LayoutConfig.parse({ dataset: IDS.dataset, batchColumn: 'embryo' }),
    createdAt: at(6),
  };
  return { map, codes };
})();

const manifest = (
  id: ArtifactId,
  kind: ArtifactManifest['kind'],
  title: string,
  inputs: ArtifactId[],
  minute: number,
) => ({
  id,
  kind,
  title,
  step: kind,
  stepVersion: 1,
  config: {},
  inputs,
  blobs: [],
  summary: {},
  createdAt: at(minute),
});

export const manifests: ArtifactManifest[] = [
  { ...manifest(IDS.dataset, 'dataset', dataset.name, [], 1), step: 'dataset import', config: { input: ['/p.h5ad'] } },
  manifest(IDS.tokens, 'tokens', tokens.title, [IDS.dataset], 4),
  manifest(IDS.pretrained, 'model', models[0].title, [IDS.tokens], 12),
  {
    ...manifest(IDS.finetuned, 'model', models[1].title, [IDS.pretrained, IDS.tokens], 21),
    config: { epochs: 12 },
    summary: { nSteps: 972, nSkipped: 2 },
  },
  manifest(importedTokens.id, 'tokens', importedTokens.title, [IDS.dataset], 44),
  manifest(importedModel.id, 'model', importedModel.title, [], 40),
  {
    ...manifest(IDS.embeddings, 'embeddings', `Embeddings of ${dataset.name}`, [IDS.finetuned, IDS.tokens], 30),
    config: { pooling: 'mean', genes: true },
    summary: { nCells: 3638, width: 96, nGenes: 1204, nGenesLeftOut: 31 },
  },
  manifest(IDS.screen, 'screen', screen.title, [IDS.finetuned, IDS.tokens], 33),
  manifest(IDS.ranking, 'ranking', ranking.title, [IDS.screen], 35),
];
