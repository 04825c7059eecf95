import { frameColumns } from './annotations.ts';
import type { CellsObject } from './cells-object.ts';
import { fileGenes } from './file-genes.ts';
import { type CellColumns, cellColumns, type Complain, isMatrix, rowNamesOf, slot } from './matrices.ts';
import { attribute, entriesOf, isClass, type RValue, texts } from './values.ts';

/**
 * A Seurat object of version 3 to 5: the counts of each assay that has every cell, RNA first, and the meta data.
 *
 * Source: SeuratObject 4.1 and 5.0, classes Seurat, Assay, Assay5 and LogMap.
 */
export function seuratObject(value: RValue, complain: Complain): CellsObject {
  const metaData = attribute(value, 'meta.data');
  const cellNames = rowNamesOf(metaData);
  if (!cellNames) throw complain('its meta.data has no names of cells');
  const active = texts(attribute(value, 'active.assay'))?.[0] ?? '';
  const rank = (name: string) => (name === 'RNA' ? 0 : name === active ? 1 : 2);
  const assays = [...entriesOf(attribute(value, 'assays'))].sort(([a], [b]) => rank(a) - rank(b));
  const warnings: string[] = [];
  const matrices = assays.flatMap(([name, assay]) => {
    const counts = countsOf(assay, cellNames, complain);
    if (typeof counts === 'string') {
      warnings.push(`Assay ${name} was left out: ${counts}.`);
      return [];
    }
    const genes = fileGenes(counts.geneNames, new Map(), counts.nGenes, complain);
    return [{ name: `${name}/counts`, columns: counts, genes }];
  });
  if (matrices.length === 0) {
    throw complain(
      `none of its ${assays.length} assays has raw counts of all cells in memory (${warnings.join(' ') || 'it has no assay'}) In R: DropletUtils::write10xCounts("counts.h5", SeuratObject::JoinLayers(x)[["RNA"]]$counts, type = "HDF5", version = "3")`,
    );
  }
  if (matrices[0].name === 'SCT/counts')
    warnings.push('The counts are those that sctransform corrected; the assay RNA is not in the object.');
  return { title: 'Seurat', matrices, cellIds: cellNames, obs: frameColumns(metaData), warnings };
}

/** Counts of an assay, or why it has none that can be read. */
function countsOf(assay: RValue, cellNames: readonly string[], complain: Complain): CellColumns | string {
  const layers = slot(assay, 'layers');
  if (layers) return layeredCounts(assay, entriesOf(layers), cellNames, complain);
  const counts = slot(assay, 'counts');
  if (!counts || !isMatrix(counts)) return `its counts are ${counts ? 'of a kind that is not read' : 'missing'}`;
  const columns = cellColumns(counts, complain);
  if (columns.nCells !== cellNames.length)
    return columns.nCells === 0 ? 'it has no raw counts' : `it has ${columns.nCells} of ${cellNames.length} cells`;
  return inOrder(columns, cellNames, complain);
}

/** Cells in the order of the meta data. */
function inOrder(columns: CellColumns, cellNames: readonly string[], complain: Complain): CellColumns {
  const own = columns.cellNames;
  if (!own || own.every((name, i) => name === cellNames[i])) return columns;
  const columnOf = new Map(own.map((name, i) => [name, i]));
  const order = cellNames.map((name) => columnOf.get(name) ?? -1);
  if (order.includes(-1)) throw complain('its counts and its meta.data name different cells');
  return {
    ...columns,
    cellNames: [...cellNames],
    size: (cell) => columns.size(order[cell]),
    copy: (cell, genes, values, at) => columns.copy(order[cell], genes, values, at),
  };
}

interface Layer {
  columns: CellColumns;
  /** Gene of the assay for each of the layer's. */
  genes: Int32Array;
}

/** Layers named counts, or counts.SAMPLE for some of the cells each, put together. */
function layeredCounts(
  assay: RValue,
  layers: ReadonlyMap<string, RValue>,
  cellNames: readonly string[],
  complain: Complain,
): CellColumns | string {
  const cells = logMap(slot(assay, 'cells'), complain);
  const features = logMap(slot(assay, 'features'), complain);
  const rowOf = new Map(cellNames.map((name, row) => [name, row]));
  const parts: Layer[] = [];
  const layerOf = new Int32Array(cellNames.length).fill(-1);
  const columnOf = new Int32Array(cellNames.length);
  for (const [name, value] of layers) {
    if (name !== 'counts' && !name.startsWith('counts.')) continue;
    if (!isMatrix(value)) return `layer ${name} does not lie in memory`;
    const columns = cellColumns(value, complain);
    const ownCells = cells.members(name);
    const genes = features.members(name);
    if (ownCells.length !== columns.nCells || genes.length !== columns.nGenes) {
      throw complain(
        `layer ${name} is ${columns.nGenes} × ${columns.nCells}, its maps name ${genes.length} × ${ownCells.length}`,
      );
    }
    ownCells.forEach((cell, column) => {
      const row = rowOf.get(cells.names[cell]);
      if (row === undefined) throw complain('its layers and its meta.data name different cells');
      layerOf[row] = parts.length;
      columnOf[row] = column;
    });
    parts.push({ columns, genes });
  }
  if (parts.length === 0) return 'it has no layer of raw counts';
  const nMissing = layerOf.reduce((n, layer) => n + Number(layer < 0), 0);
  if (nMissing > 0) return `its layers of raw counts have ${cellNames.length - nMissing} of ${cellNames.length} cells`;
  return {
    nGenes: features.names.length,
    nCells: cellNames.length,
    storage: parts[0].columns.storage,
    geneNames: features.names,
    cellNames: [...cellNames],
    size: (cell) => parts[layerOf[cell]].columns.size(columnOf[cell]),
    copy(cell, genes, values, at) {
      const part = parts[layerOf[cell]];
      const end = part.columns.copy(columnOf[cell], genes, values, at);
      for (let i = at; i < end; i++) genes[i] = part.genes[genes[i]] ?? -1;
      return end;
    },
  };
}

/** Which cells or genes each layer has, by the names of all. */
function logMap(value: RValue | undefined, complain: Complain) {
  const dimnames = attribute(value, 'dimnames');
  const [names, layers] = dimnames?.kind === 'list' ? dimnames.values.map((each) => texts(each)) : [];
  if (
    value?.kind !== 'logical' ||
    !isClass(value, 'LogMap') ||
    !names ||
    !layers ||
    value.values.length !== names.length * layers.length
  )
    throw complain('the map of its layers is damaged');
  return {
    names: names.map((name) => name ?? 'NA'),
    members(layer: string): Int32Array {
      const column = layers.indexOf(layer);
      if (column < 0) throw complain(`layer ${layer} is not in the map of its layers`);
      const found: number[] = [];
      for (let i = 0; i < names.length; i++) if (value.values[column * names.length + i] === 1) found.push(i);
      return Int32Array.from(found);
    },
  };
}
