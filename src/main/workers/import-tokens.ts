import path from 'node:path';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ImportReport } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { CoverageReport } from '#shared/domain/preprocess.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { TokensImportConfig } from '#shared/domain/tokens.ts';
import type { JobContext } from '#jobs/worker.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { PRIOR_BLOBS, TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { openTokenSource, type TokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import { readColumns, rolesOf, uniqueCellIds } from '#singlecell/io/import-obs.ts';
import { noSuchColumn } from '#singlecell/io/missing.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { coExpressionPrior } from '#singlecell/priors/co-expression.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { StoredDatasetSink } from './dataset-store.ts';
import { geneResolver } from './resources.ts';
import { reportStep } from './step-hook.ts';
import { type ReadCells, readCells } from './token-cells.ts';
import { genesOfTokens, relativeExpression } from './token-expression.ts';
import { commitVocabulary } from './tokens-store.ts';
import { chooseVocabulary, type ChosenVocabulary } from './token-vocabulary.ts';

const STEP = STEPS['import-tokens'];
/** Columns that name cells, the first that is there. */
const CELL_COLUMNS = ['cell_id', 'cell_barcode', 'barcode', 'barcodes', 'cell', '__index_level_0__', 'index'];

/**
 * Reads prepared cells into the project: a dataset of their annotations and relative expression, the vocabulary where it
 * came as a file, the co-expression prior, and the tokens last. Source: docs/decisions/0081.
 */
export async function importTokensWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = TokensImportConfig.parse(input);
  const { artifacts } = context.project;
  const chosen = chooseVocabulary(artifacts, config);
  const { vocabulary } = chosen;
  const source = await openTokenSource(await diskPlace(config.input));
  for (const name of [config.labelColumn, config.donorColumn])
    if (name !== undefined && !source.obsNames.includes(name)) throw noSuchColumn(source.name, name, source.obsNames);
  const resolver = await geneResolver();
  const title = config.name ?? path.basename(path.resolve(config.input), '.arrow');
  const plan = { step: STEP.command, stepVersion: STEP.version, config: { ...config } };

  // The inputs are known before the commit only: what the dataset holds is read from these tokens.
  const inputs: ArtifactId[] = [];
  const draft = artifacts.draft({ kind: 'tokens', title, ...plan, inputs });
  const cells = await readCells(source, vocabulary, draft, {
    maxLength: config.maxLength,
    species: config.species,
    onCells: (done) => reportStep(context, 'Checking cells', done, null, 'cells'),
  });
  const species = mainSpecies(cells);
  const warnings = [...chosen.notes, ...source.warnings, ...warningsOf(source, cells)];
  const genes = genesOfTokens(vocabulary, cells.detections, species, resolver);
  if (genes.nUnmapped > 0)
    warnings.push(
      `${genes.nUnmapped} mouse genes with a human homolog are written with their own token, which a published model hardly knows.`,
    );

  const datasetDraft = artifacts.draft({
    kind: 'dataset',
    title,
    ...plan,
    inputs: chosen.stored ? [chosen.stored.id] : [],
  });
  const sink = new StoredDatasetSink(datasetDraft, { values: 'any' });
  const obs = source.obs();
  const columns = readColumns(
    { name: source.name, obsNames: () => obs.map(({ name }) => name), obsColumn: (name) => columnOf(obs, name) },
    config,
    warnings,
  );
  sink.begin({ species, genes: genes.genes, cellIds: uniqueCellIds(cellIds(obs, cells.nRows), warnings) });
  for (const chunk of relativeExpression(draft, cells, genes)) {
    await sink.chunk(chunk);
    await reportStep(context, 'Keeping expression', chunk.start + chunk.nCells, cells.nRows, 'cells');
  }
  for (const column of columns.all) sink.obs(column);
  await sink.finish();

  const keep = new Uint8Array(cells.nRows);
  for (const row of cells.rows) keep[row] = 1;
  const prior = await coExpressionPrior(
    { species, genes: genes.genes, cellIds: [], obs: [], counts: sink.counts() },
    keep,
    vocabulary,
    {
      dimensions: config.priorDimensions,
      onCells: (done, total) => reportStep(context, 'Co-expression vectors', done, total, 'cell reads'),
    },
  );

  for (const warning of warnings) context.log('warn', warning);
  // Nothing is kept before all of it is computed.
  const dataset = datasetDraft.commit({
    ...datasetReport(cells, genes.genes.length, species, columns.labels, warnings),
    /** Neither counts nor normalised counts: gene by gene in units of the gene's median. */
    content: 'relative',
    obsColumns: sink.obsColumns({ roles: rolesOf(config) }),
    labelColumn: config.labelColumn ?? null,
    donorColumn: config.donorColumn ?? null,
  });
  const vocabularyId = chosen.stored?.id ?? storeVocabulary(artifacts, chosen, plan, config);
  const priorDraft = artifacts.draft({
    kind: 'prior',
    title: `Co-expression of own cells, ${prior.dimensions} dimensions`,
    ...plan,
    inputs: [dataset.id, vocabularyId],
  });
  priorDraft.blob(PRIOR_BLOBS.vectors, prior.table);
  const { dimensions, nCells, nTokens } = prior;
  const priorId = priorDraft.commit({ dimensions, nCells, nTokens }).id;

  inputs.push(dataset.id, vocabularyId, priorId);
  const medians = Float32Array.from(vocabulary.tokens, (_, token) => {
    const median = chosen.medians?.[token] ?? Number.NaN;
    return median > 0 ? median : 1;
  });
  draft.blob(TOKENS_BLOBS.offsets, cells.offsets);
  draft.blob(TOKENS_BLOBS.species, cells.species);
  draft.blob(TOKENS_BLOBS.cellIndex, cells.rows);
  draft.blob(TOKENS_BLOBS.medians, medians);
  draft.blob(TOKENS_BLOBS.detections, geneDetections(cells, genes.geneOfToken, genes.genes.length));
  const tokens = draft.commit({
    ...coverage(cells, genes.genes.length, warnings),
    maxLength: config.maxLength,
    vocabularyHash: vocabulary.hash,
    hasValues: source.hasValues,
  });
  return [dataset.id, ...(chosen.stored ? [] : [vocabularyId]), priorId, tokens.id];
}

function storeVocabulary(
  artifacts: ArtifactStore,
  { vocabulary }: ChosenVocabulary,
  plan: Pick<ArtifactManifest, 'step' | 'stepVersion' | 'config'>,
  { dictionary }: TokensImportConfig,
): ArtifactId {
  const file = path.basename(dictionary!);
  const draft = artifacts.draft({ kind: 'vocabulary', title: `Vocabulary of ${file}`, ...plan, inputs: [] });
  return commitVocabulary(draft, vocabulary, { dictionary: file });
}

function columnOf(obs: readonly ObsColumn[], name: string): ObsColumn {
  return obs.find((column) => column.name === name)!;
}

function cellIds(obs: readonly ObsColumn[], n: number): string[] {
  const named = CELL_COLUMNS.map((name) => columnOf(obs, name)).find(
    (column) => column?.kind === 'text' && column.values.every((value) => value !== null),
  );
  if (named?.kind === 'text') return named.values as string[];
  return Array.from({ length: n }, (_, row) => `cell-${row + 1}`);
}

/** A dataset is of one species; where the cells are of both, that of most. */
function mainSpecies({ species }: ReadCells): Species {
  const nMouse = species.reduce((n, code) => n + code, 0);
  return 2 * nMouse > species.length ? 'mouse' : 'human';
}

function warningsOf(source: TokenSource, { nRows, nCells, species, nTruncated }: ReadCells): string[] {
  const warnings = [
    `${source.name} holds tokens and no counts: expression is shown relative to the gene medians, and cells cannot be prepared anew from it.`,
  ];
  if (!source.hasValues)
    warnings.push(
      'It has no expression values, only ranks (as Geneformer writes them): every gene is read at its median, so what a model learns of values from it is nothing.',
    );
  if (nCells < nRows) warnings.push(`${nRows - nCells} cells without any gene are left out.`);
  if (nTruncated > 0)
    warnings.push(`${nTruncated} cells have more genes than are read; their lowest ranked ones are cut.`);
  const nMouse = species.reduce((n, code) => n + code, 0);
  if (nMouse > 0 && nMouse < nCells)
    warnings.push(
      `${nMouse} of ${nCells} cells are mouse, the others human; each is read as what it is, genes are named as ${2 * nMouse > nCells ? 'mouse' : 'human'} genes.`,
    );
  return warnings;
}

function datasetReport(
  { nRows, nCells, detections }: ReadCells,
  nGenes: number,
  species: Species,
  labelColumns: string[],
  warnings: string[],
): ImportReport {
  const nTokens = detections.reduce((n, seen) => n + Number(seen > 0), 0);
  return {
    nCells: nRows,
    nGenes,
    species,
    labelColumns,
    matrix: 'input_ids',
    genesInFile: nTokens,
    genesMatched: nTokens,
    genesMatchedBy: { token: nTokens },
    genesAmbiguous: 0,
    genesMissing: 0,
    duplicatesSummed: nTokens - nGenes,
    countsKept: 1,
    cellsWithoutCounts: nRows - nCells,
    missingExamples: [],
    warnings,
    samples: [],
    sampleColumn: null,
    geneOverlap: null,
    speciesSplit: null,
  };
}

function coverage(cells: ReadCells, nGenes: number, warnings: string[]): CoverageReport {
  const { nRows, nCells, offsets, nTruncated } = cells;
  const lengths = Float64Array.from({ length: nCells }, (_, cell) => offsets[cell + 1] - offsets[cell]).sort();
  return {
    nCells: nRows,
    nCellsKept: nCells,
    maskedBy: nCells < nRows ? { withoutVocabularyGene: nRows - nCells } : {},
    nGenes,
    genesInVocabulary: nGenes,
    countsCovered: 1,
    cellsTruncated: nTruncated / nCells,
    medianLength: (lengths[(nCells - 1) >> 1] + lengths[nCells >> 1]) / 2,
    medians: 'imported',
    homologsMapped: 0,
    warnings,
  };
}

/** Cells that express each gene: of two tokens of one gene, the more common one is counted. */
function geneDetections({ detections }: ReadCells, geneOfToken: Int32Array, nGenes: number): Int32Array {
  const out = new Int32Array(nGenes);
  geneOfToken.forEach((gene, token) => {
    if (gene >= 0) out[gene] = Math.max(out[gene], detections[token]);
  });
  return out;
}
