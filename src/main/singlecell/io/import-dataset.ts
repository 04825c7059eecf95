import type { ImportConfig, ImportReport } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { StepHook } from '../count-source.ts';
import type { GeneResolver } from '../genes/resolver.ts';
import { detectSpecies, requireSpecies } from '../genes/species.ts';
import type { ObsColumn } from '../types.ts';
import { chooseMatrix } from './counts-check.ts';
import type { DatasetSink } from './dataset-sink.ts';
import { isGeneExpression, otherFeatures } from './feature-types.ts';
import { geneReport, GeneTally } from './gene-report.ts';
import { mapGenes, type GeneMapping } from './import-genes.ts';
import { readColumns, uniqueCellIds } from './import-obs.ts';
import { mapChunk } from './map-chunk.ts';
import { openFile } from './open.ts';
import type { FileGenes, OpenDataset, OpenOptions } from './reader.ts';
import { requireCounts } from './require-counts.ts';

export interface ImportOptions {
  signal?: AbortSignal;
  /** Called after each chunk with the cells done so far. */
  onProgress?: StepHook;
}

/** Share of known genes below which the file is refused, and below which it is only warned. */
const REFUSED_SHARE = 0.1;
const WARNED_SHARE = 0.7;

/**
 * Streams a file into a sink: counts only, genes as Ensembl ids, duplicates summed.
 *
 * Throws not-found, data-format, unsupported, cancelled. When it throws, what the sink received is to be discarded.
 */
export async function importDataset(
  config: ImportConfig,
  resolver: GeneResolver,
  sink: DatasetSink,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const [input, ...others] = config.input;
  if (others.length > 0) throw new WorkbenchError('unsupported', `${others.length + 1} inputs: one is read at a time.`);
  const file = await openFile(input, openOptions(config));
  try {
    return await importOpen(file, config, resolver, sink, options);
  } finally {
    file.close();
  }
}

/** What an import says about how its files are read. */
export function openOptions({ genome, orientation, sheet }: ImportConfig): OpenOptions {
  return {
    orientation,
    ...(genome === undefined ? {} : { genome }),
    ...(sheet === undefined ? {} : { sheet }),
  };
}

async function importOpen(
  file: OpenDataset,
  config: ImportConfig,
  resolver: GeneResolver,
  sink: DatasetSink,
  { signal, onProgress }: ImportOptions,
): Promise<ImportReport> {
  if (file.needsGenome && config.matrix === 'auto') {
    throw new WorkbenchError(
      'invalid-input',
      `${file.name}: it holds several genomes, one is expected; set Genome to one of ${file.needsGenome.join(', ')}.`,
    );
  }
  const matrix = await chooseMatrix(file, config.matrix);
  const fileGenes = file.genes(matrix.name);
  const { nCells } = file.matrices.find(({ name }) => name === matrix.name)!;
  if (nCells === 0)
    throw new WorkbenchError('data-format', `${file.name}: it holds no cells; choose a file with cells.`);
  const warnings = [...file.warnings, ...matrix.warnings];
  const species = decideSpecies(file, fileGenes, config.species, warnings);
  const mapping = mapGenes(fileGenes, resolver, species, { choices: config.geneChoices });
  const tally = new GeneTally(fileGenes.names.length);
  checkShare(file.name, mapping, species, warnings);
  const others = otherFeatures(fileGenes);
  if (others) warnings.push(`Features that are not genes were left out: ${others}.`);

  const columns = readColumns(file, config, warnings);
  const cellIds = uniqueCellIds(file.cellIds(), warnings);
  if (cellIds.length !== nCells) {
    throw new WorkbenchError(
      'data-format',
      `${file.name}: ${cellIds.length} cell names for ${nCells} cells; write the file anew from the source data.`,
    );
  }
  warnOfTwoSpecies(columns.all, warnings);

  await sink.begin({ species, genes: mapping.genes, cellIds });
  const origin = { file: file.name, matrix: matrix.name };
  let kept = 0;
  let total = 0;
  let cellsWithoutCounts = 0;
  for await (const chunk of file.chunks(matrix.name)) {
    if (signal?.aborted)
      throw new WorkbenchError('cancelled', `${file.name}: the import was cancelled; nothing was kept.`);
    requireCounts(chunk, file.name, matrix.name);
    tally.add(chunk);
    const mapped = mapChunk(chunk, mapping.target, mapping.genes.length, origin);
    for (let i = 0; i < chunk.data.length; i++) if (mapping.isGene[chunk.indices[i]]) total += chunk.data[i];
    kept += sum(mapped.data);
    for (let cell = 0; cell < mapped.nCells; cell++)
      if (mapped.indptr[cell + 1] === mapped.indptr[cell]) cellsWithoutCounts++;
    await sink.chunk(mapped);
    await onProgress?.(chunk.start + chunk.nCells, nCells);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (kept === 0) {
    throw new WorkbenchError(
      'data-format',
      `${file.name}: ${matrix.name} holds no counts at all; choose another matrix.`,
    );
  }
  for (const column of columns.all) await sink.obs(column);
  await sink.geneReport(geneReport([{ mapping, tally }]));
  await sink.finish();
  if (cellsWithoutCounts === 1) warnings.push('1 cell has no counts.');
  if (cellsWithoutCounts > 1) warnings.push(`${cellsWithoutCounts.toLocaleString('en')} cells have no counts.`);
  return {
    nCells,
    nGenes: mapping.genes.length,
    species,
    labelColumns: columns.labels,
    matrix: matrix.name,
    genesInFile: mapping.nInFile,
    genesMatched: mapping.nMatched,
    genesMatchedBy: mapping.matchedBy,
    genesAmbiguous: mapping.nAmbiguous,
    genesMissing: mapping.nMissing,
    duplicatesSummed: mapping.duplicatesSummed,
    countsKept: kept / total,
    cellsWithoutCounts,
    missingExamples: mapping.missingExamples,
    warnings,
  };
}

function decideSpecies(
  file: OpenDataset,
  genes: FileGenes,
  wanted: ImportConfig['species'],
  warnings: string[],
): Species {
  const isGene = isGeneExpression(genes);
  const pick = (texts: readonly string[]) => texts.filter((_, i) => isGene[i]);
  const detection = detectSpecies(pick(genes.names), genes.ids ? pick(genes.ids) : null);
  if (wanted === 'auto') return requireSpecies(detection, file.name);
  if (detection.species && detection.species !== wanted) {
    warnings.push(`The gene names look ${detection.species}, they were read as ${wanted} as you chose.`);
  }
  return wanted;
}

function checkShare(name: string, mapping: GeneMapping, species: Species, warnings: string[]): void {
  const { nMatched, nInFile, missingExamples } = mapping;
  const fact = `${nMatched.toLocaleString('en')} of ${nInFile.toLocaleString('en')} gene names are known ${species} genes`;
  const examples = missingExamples.slice(0, 3).join(', ');
  if (nMatched === 0 || nMatched < REFUSED_SHARE * nInFile) {
    throw new WorkbenchError(
      'data-format',
      `${name}: only ${fact} (unknown: ${examples}); check the species, or use symbols or Ensembl ids as gene names.`,
    );
  }
  if (nMatched < WARNED_SHARE * nInFile) warnings.push(`Only ${fact} (unknown: ${examples}).`);
}

function warnOfTwoSpecies(columns: readonly ObsColumn[], warnings: string[]): void {
  const column = columns.find(({ name }) => /^(species|organism)$/i.test(name));
  if (column?.kind !== 'categorical' || new Set(column.codes).size < 2) return;
  warnings.push(
    `obs/${column.name} says that the cells are of ${column.categories.join(' and ')}; all were read with the gene names of one species.`,
  );
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
