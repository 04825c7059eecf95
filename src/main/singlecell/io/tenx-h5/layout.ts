import type { H5File } from '../hdf5/file.ts';

export interface TenxLayout {
  version: 2 | 3;
  genomes: string[];
}

const MATRIX_PARTS = ['barcodes', 'data', 'indices', 'indptr', 'shape'];

/** The layout of a Cell Ranger file; null when it is none. */
export function readLayout(file: H5File): TenxLayout | null {
  const hasMatrix = (group: string) => MATRIX_PARTS.every((part) => file.kind(`${group}/${part}`) === 'dataset');
  const hasFeatures = ['id', 'name'].some((part) => file.kind(`matrix/features/${part}`) === 'dataset');
  if (hasMatrix('matrix') && hasFeatures) {
    const at = 'matrix/features/genome';
    const genomes = file.kind(at) === 'dataset' ? new Set(file.strings(at)) : new Set<string>();
    // Antibodies and hashtags have no genome.
    genomes.delete('');
    return { version: 3, genomes: [...genomes].sort() };
  }
  const genomes = file.keys('/').filter((group) => hasMatrix(group) && file.kind(`${group}/genes`) === 'dataset');
  return genomes.length > 0 ? { version: 2, genomes } : null;
}
