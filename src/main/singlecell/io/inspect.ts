import { createHash } from 'node:crypto';
import { mixtureSentence, type FileInspection, type SpeciesMixture } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { suggestedRoles } from '#shared/domain/suggested-roles.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../types.ts';
import { columnInfo } from './column-info.ts';
import { chooseMatrix, contentOf } from './counts-check.ts';
import { isGeneExpression } from './feature-types.ts';
import type { FileFormat, FileGenes, OpenDataset } from './reader.ts';
import { detectGenes, isMixedGenes } from './samples/gene-species.ts';
import { findSpeciesColumn } from './samples/species-column.ts';

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

/** What is seen of a file without reading its counts. */
export interface FileLook {
  format: FileFormat;
  /** The format with its version, in words. */
  formatWords: string;
  nCells: number;
  nGenes: number;
  matrices: FileInspection['matrices'];
  /** The one that would be read; null where none holds counts. */
  matrix: string | null;
  species: Species | null;
  mixture: SpeciesMixture | null;
  genes: FileGenes;
  obs: ObsColumn[];
  warnings: string[];
  /** Equal for files that hold the same cells and begin with the same values. */
  print: string;
}

/** Looks at an open file. Throws data-format. */
export async function lookAt(file: OpenDataset): Promise<FileLook> {
  const warnings = [...file.warnings];
  const matrices: FileInspection['matrices'] = [];
  const hash = createHash('sha256').update(file.cellIds().join('\n'));
  for (const { name, storage } of file.matrices) {
    const values = await file.sample(name);
    matrices.push({ name, storage, content: contentOf(values) });
    hash.update(Float64Array.from(values));
  }
  const chosen = await chooseMatrix(file, 'auto').catch((thrown: unknown) => {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    warnings.push(thrown.message);
    return null;
  });
  warnings.push(...(chosen?.warnings ?? []));
  const matrix = file.matrices.find(({ name }) => name === chosen?.name) ?? file.matrices[0];
  const genes = file.genes(matrix.name);
  const obs = readObs(file, warnings);
  const detection = detectGenes(genes);
  const column = findSpeciesColumn(obs);
  const isMixed = detection.species === null && isMixedGenes(detection);
  const mixture: SpeciesMixture | null = isMixed
    ? { by: 'genes', column: null }
    : column
      ? { by: 'column', column: column.name }
      : null;
  if (mixture) warnings.push(mixtureSentence(mixture));
  else if (!detection.species)
    warnings.push('The species cannot be told from the gene names; choose it before importing.');
  if (matrix.nCells === 0) warnings.push('The file holds no cells.');
  return {
    format: file.format,
    formatWords: [FORMAT_WORDS[file.format], file.version].filter((word) => word !== undefined).join(' '),
    nCells: matrix.nCells,
    nGenes: isGeneExpression(genes).filter(Boolean).length,
    matrices,
    matrix: chosen?.name ?? null,
    species: detection.species,
    mixture,
    genes,
    obs,
    warnings,
    print: hash.digest('hex'),
  };
}

/** `AnnData h5ad, human, raw counts, 3,874 cells × 16,791 genes`. */
export function describeLook({ formatWords, species, mixture, matrix, nCells, nGenes }: FileLook): string {
  const words = mixture ? 'human and mouse' : (species ?? 'species unknown');
  const counts = matrix === null ? 'no raw counts' : 'raw counts';
  return `${formatWords}, ${words}, ${counts}, ${nCells.toLocaleString('en')} cells × ${nGenes.toLocaleString('en')} genes`;
}

/** What a single file is. */
export function inspectionOf(look: FileLook, path: string, name: string): FileInspection {
  const { format, nCells, nGenes, species, matrix, matrices, mixture } = look;
  const warnings = [...look.warnings];
  const obsColumns = columnInfos(look.obs, warnings);
  const description = describeLook(look);
  const sample = { name, path, format, description, nCells, nGenes, species, matrix, warnings, error: null };
  return {
    path,
    format,
    description,
    nCells,
    nGenes,
    matrices,
    species,
    obsColumns,
    suggestedRoles: suggestedRoles(obsColumns),
    sampleColumn: null,
    warnings,
    samples: [sample],
    geneOverlap: null,
    mixture,
  };
}

/** What lists and wizards show of annotations; those that look personal are warned of. */
export function columnInfos(obs: readonly ObsColumn[], warnings: string[]): FileInspection['obsColumns'] {
  const infos = obs.map((column) => columnInfo(column));
  const personal = infos.filter(({ looksPersonal }) => looksPersonal).map(({ name }) => name);
  if (personal.length > 0) warnings.push(`These columns look personal: ${personal.join(', ')}.`);
  return infos;
}

function readObs(file: OpenDataset, warnings: string[]): ObsColumn[] {
  return file.obsNames().flatMap((name) => {
    try {
      return [file.obsColumn(name)];
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      warnings.push(`${thrown.message} The column is left out.`);
      return [];
    }
  });
}
