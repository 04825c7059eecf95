import type { FileInspection } from '#shared/domain/dataset.ts';
import { detectSpecies } from '../genes/species.ts';
import { columnInfo } from './column-info.ts';
import { chooseMatrix, contentOf } from './counts-check.ts';
import { isGeneExpression } from './feature-types.ts';
import type { FileFormat, OpenDataset } from './reader.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const FORMAT_WORDS: Record<FileFormat, string> = {
  h5ad: 'AnnData h5ad',
  '10x-h5': '10x HDF5',
  '10x-mtx': '10x folder',
  zarr: 'AnnData zarr',
  loom: 'loom',
  delimited: 'text table',
  xlsx: 'Excel workbook',
  rds: 'R object',
};

/** Says what an open file holds. `path` is what the user chose. */
export async function inspectOpen(file: OpenDataset, path: string): Promise<FileInspection> {
  const warnings = [...file.warnings];
  const matrices: FileInspection['matrices'] = [];
  for (const { name, storage } of file.matrices) {
    matrices.push({ name, storage, content: contentOf(await file.sample(name)) });
  }
  const chosen = await chooseMatrix(file, 'auto').catch((thrown: unknown) => {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    warnings.push(thrown.message);
    return null;
  });
  warnings.push(...(chosen?.warnings ?? []));
  const matrix = file.matrices.find(({ name }) => name === chosen?.name) ?? file.matrices[0];
  const genes = file.genes(matrix.name);
  const measured = isGeneExpression(genes);
  const names = genes.names.filter((_, i) => measured[i]);
  const detection = detectSpecies(names, genes.ids?.filter((_, i) => measured[i]) ?? null);
  if (!detection.species) warnings.push('The species cannot be told from the gene names; choose it before importing.');
  const obsColumns = [];
  for (const name of file.obsNames()) {
    try {
      obsColumns.push(columnInfo(file.obsColumn(name)));
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      warnings.push(`${thrown.message} The column is left out.`);
    }
  }
  const personal = obsColumns.filter(({ looksPersonal }) => looksPersonal).map(({ name }) => name);
  if (personal.length > 0) warnings.push(`These columns look personal: ${personal.join(', ')}.`);
  if (matrix.nCells === 0) warnings.push('The file holds no cells.');
  const nGenes = names.length;
  const parts = [
    FORMAT_WORDS[file.format],
    detection.species ?? 'species unknown',
    chosen ? 'raw counts' : 'no raw counts',
    `${matrix.nCells.toLocaleString('en')} cells × ${nGenes.toLocaleString('en')} genes`,
  ];
  return {
    path,
    format: file.format,
    description: parts.join(', '),
    nCells: matrix.nCells,
    nGenes,
    matrices,
    species: detection.species,
    obsColumns,
    warnings,
  };
}
