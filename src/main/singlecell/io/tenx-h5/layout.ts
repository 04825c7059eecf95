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

const MOLECULE_PARTS = ['barcode_idx', 'umi', 'count'];

/** Whether a file lists every molecule, as molecule_info.h5 of Cell Ranger does. */
export function isMoleculeInfo(file: H5File): boolean {
  return MOLECULE_PARTS.every((part) => file.kind(part) === 'dataset');
}

/** Features that Cell Ranger counts beside genes. */
const OTHER_FEATURES = new Set([
  'Antibody Capture',
  'Antigen Capture',
  'CRISPR Guide Capture',
  'Custom',
  'Multiplexing Capture',
  'Peaks',
]);

/** Kinds of features where none of them is a gene, such as `Peaks`; null where there may be genes. */
export function onlyOtherFeatures(featureTypes: readonly string[] | null): string[] | null {
  const kinds = [...new Set(featureTypes)].sort();
  return kinds.length > 0 && kinds.every((kind) => OTHER_FEATURES.has(kind)) ? kinds : null;
}

/** Experiments with fewer barcodes are not told apart: small or shallow ones look alike. */
const MIN_BARCODES = 10_000;
const FEW_GENES = 10;
const MANY_GENES = 200;

/**
 * What to say of a matrix of all barcodes, where most are droplets without a cell; null for one of cells.
 *
 * Note: Cell Ranger does not mark its raw_feature_bc_matrix; nothing but the near empty barcodes tells it.
 */
export function unfilteredWarning(offsets: ArrayLike<number>): string | null {
  const nBarcodes = offsets.length - 1;
  if (nBarcodes < MIN_BARCODES) return null;
  let nEmpty = 0;
  let nFull = 0;
  for (let i = 0; i < nBarcodes; i++) {
    const nGenes = offsets[i + 1] - offsets[i];
    if (nGenes < FEW_GENES) nEmpty++;
    if (nGenes >= MANY_GENES) nFull++;
  }
  if (2 * nEmpty <= nBarcodes) return null;
  const number = (n: number) => n.toLocaleString('en');
  return `This looks like a raw matrix of all barcodes (raw_feature_bc_matrix): of ${number(nBarcodes)}, ${number(nEmpty)} have fewer than ${FEW_GENES} genes, so are empty droplets, and ${number(nFull)} have at least ${MANY_GENES}. The filtered matrix (filtered_feature_bc_matrix) holds the cells only.`;
}
