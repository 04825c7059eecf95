import { shortened } from '#shared/util/printable.ts';
import { scoreNames } from '../delimited/names.ts';
import type { FileGenes } from '../reader.ts';
import { frameColumns } from './annotations.ts';
import { fileGenes } from './file-genes.ts';
import { type CellColumns, cellColumns, type Complain, isMatrix, rowNamesOf, slot, turned } from './matrices.ts';
import { seuratObject } from './seurat.ts';
import { attribute, attributesOf, entriesOf, isClass, numbersOf, type RValue, texts } from './values.ts';

/** What an R object says of cells. */
export interface CellsObject {
  /** What it is, for people. */
  title: string;
  matrices: { name: string; columns: CellColumns; genes: FileGenes }[];
  cellIds: string[] | null;
  obs: ReadonlyMap<string, RValue>;
  warnings: string[];
}

/** Names people and pipelines give raw counts, in order of preference. */
const COUNTS = /^(counts|raw|umi|x|spliced|unspliced)/i;

/** Whether a value is an object that is made to hold cells. */
export function holdsCells(value: RValue): boolean {
  return isClass(value, 'Seurat') || isExperiment(value);
}

/** Reads what is known of cells; null for an object of another kind. Throws what `complain` gives. */
export function cellsObject(value: RValue, complain: Complain): CellsObject | null {
  if (isClass(value, 'Seurat')) return seuratObject(value, complain);
  if (isExperiment(value)) return experiment(value, complain);
  if (isMatrix(value)) return plainMatrix(cellColumns(value, complain), complain);
  if (isClass(value, 'data.frame', 'DFrame', 'DataFrame')) return numberFrame(value, complain);
  return null;
}

/** By its slots: SummarizedExperiment, SingleCellExperiment and all that extend them. */
function isExperiment(value: RValue): boolean {
  return value.kind === 's4' && attributesOf(value).has('assays') && attributesOf(value).has('colData');
}

function experiment(value: RValue, complain: Complain): CellsObject {
  const assays = [...assaysOf(value)].filter(([, assay]) => isMatrix(assay));
  if (assays.length === 0)
    throw complain('it has no assay that is a matrix; in R keep the counts in assay(x, "counts")');
  const order = (name: string) => (COUNTS.test(name) ? 0 : 1);
  assays.sort(([a], [b]) => order(a) - order(b));
  const colData = slot(value, 'colData');
  const ranges = slot(value, 'rowRanges');
  const rowData = frameColumns(slot(ranges, 'elementMetadata') ?? slot(value, 'elementMetadata'));
  const rowNames =
    namesOf(slot(slot(ranges, 'partitioning'), 'NAMES')) ??
    namesOf(slot(slot(ranges, 'ranges'), 'NAMES')) ??
    namesOf(slot(value, 'NAMES'));
  const matrices = assays.map(([name, assay]) => {
    const columns = cellColumns(assay, complain);
    const names = rowNames ?? columns.geneNames;
    return { name: `assays/${name}`, columns, genes: fileGenes(names, rowData, columns.nGenes, complain) };
  });
  const [{ columns }] = matrices;
  for (const other of matrices)
    if (other.columns.nCells !== columns.nCells)
      throw complain(`its assays have ${columns.nCells} and ${other.columns.nCells} cells`);
  return {
    title: isClass(value, 'SingleCellExperiment') ? 'SingleCellExperiment' : 'SummarizedExperiment',
    matrices,
    cellIds: rowNamesOf(colData) ?? columns.cellNames,
    obs: frameColumns(colData),
    warnings: alternatives(value),
  };
}

/** What is said of experiments on other features of the same cells, such as antibodies and hashtags. */
function alternatives(value: RValue): string[] {
  const held = frameColumns(slot(value, 'int_colData')).get('altExps');
  const names = [...frameColumns(held).keys()].map((name) => shortened(name));
  if (names.length === 0) return [];
  const [first] = names;
  return [
    `Only its main experiment was read; left out: ${names.join(', ')} (altExps). If one of these holds the genes, write it from R: saveRDS(altExp(sce, "${first}"), "${first}.rds").`,
  ];
}

/** Assays by name; versions of SummarizedExperiment keep them as a list, in a slot or in an environment. */
function assaysOf(value: RValue): Map<string, RValue> {
  const assays = slot(value, 'assays');
  const environment = slot(assays, '.xData');
  const data = environment?.kind === 'environment' ? environment.variables.get('data') : slot(assays, 'data');
  return entriesOf(slot(data, 'listData') ?? data ?? assays);
}

function namesOf(value: RValue | undefined): string[] | null {
  return texts(value)?.map((name) => name ?? 'NA') ?? null;
}

function plainMatrix(columns: CellColumns, complain: Complain): CellsObject {
  const { geneNames, cellNames } = columns;
  const isTurned = scoreNames(cellNames ?? []).score > scoreNames(geneNames ?? []).score && cellNames !== null;
  const genesByCells = isTurned ? turned(columns, complain) : columns;
  return {
    title: 'matrix',
    matrices: [
      {
        name: 'matrix',
        columns: genesByCells,
        genes: fileGenes(genesByCells.geneNames, new Map(), genesByCells.nGenes, complain),
      },
    ],
    cellIds: genesByCells.cellNames,
    obs: new Map(),
    warnings: isTurned ? ['Its rows are cells by their names, so it was read turned around.'] : [],
  };
}

/** Columns of numbers are cells, a column of texts names the genes. */
function numberFrame(frame: RValue, complain: Complain): CellsObject {
  const columns = [...frameColumns(frame)];
  const counts = columns.filter(
    ([, value]) => numbersOf(value) && !attribute(value, 'levels') && !attribute(value, 'dim'),
  );
  const labels = columns.filter(([, value]) => texts(value));
  if (counts.length === 0 || counts.length + labels.length < columns.length || labels.length > 2) {
    throw complain(
      `it is a table with ${counts.length} columns of numbers among ${columns.length}, which are annotations rather than counts; in R save the counts, genes in rows`,
    );
  }
  const nRows = numbersOf(counts[0][1])!.length;
  const values = new Float64Array(nRows * counts.length);
  counts.forEach(([, value], column) => {
    const found = numbersOf(value)!;
    if (found.length !== nRows) throw complain('its columns differ in length');
    values.set(found, column * nRows);
    if (found instanceof Int32Array)
      for (let row = 0; row < nRows; row++) if (found[row] === -2147483648) values[column * nRows + row] = Number.NaN;
  });
  const dims: RValue = { kind: 'integer', values: Int32Array.of(nRows, counts.length), attributes: new Map() };
  const columnsRead = cellColumns({ kind: 'double', values, attributes: new Map([['dim', dims]]) }, complain);
  const named = labels[0] ? texts(labels[0][1])!.map((name) => name ?? 'NA') : rowNamesOf(frame);
  return plainMatrix({ ...columnsRead, geneNames: named, cellNames: counts.map(([name]) => name) }, complain);
}
