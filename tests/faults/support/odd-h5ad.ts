import * as h5wasm from 'h5wasm/node';
import {
  categorical,
  CELLS,
  COUNTS,
  GENES,
  type H5adSpec,
  type Sparse,
} from '../../singlecell/io/support/write-h5ad.ts';

/** What must become of a file: refused, or read; `either` where both are right. */
export type Fate = 'refused' | 'read' | 'either';

export interface OddH5ad {
  fate: Fate;
  spec: H5adSpec;
}

const sparse = (raw: Partial<Sparse>, shape: [number, number] = [4, 5]): H5adSpec => ({
  X: {
    storage: 'csr',
    shape,
    raw: { indptr: [0, 2, 3, 3, 6], indices: [0, 3, 1, 0, 2, 4], data: [1, 2, 3, 4, 5, 6], ...raw },
  },
});
const dense = (value: number): H5adSpec => ({
  X: { storage: 'dense', rows: COUNTS.map((row, cell) => (cell === 1 ? row.with(1, value) : row)) },
});
const withObs = (obs: H5adSpec['obs']): H5adSpec => ({ obs });

/** AnnData files that are well-formed HDF5 and say something wrong. */
export const ODD_H5AD: Readonly<Record<string, OddH5ad>> = {
  'row offsets that fall': { fate: 'refused', spec: sparse({ indptr: [0, 3, 2, 3, 6] }) },
  'row offsets beyond the entries': { fate: 'refused', spec: sparse({ indptr: [0, 2, 3, 3, 60] }) },
  'row offsets that do not begin at 0': { fate: 'refused', spec: sparse({ indptr: [1, 2, 3, 3, 6] }) },
  'too few row offsets': { fate: 'refused', spec: sparse({ indptr: [0, 2, 6] }) },
  'a negative row offset': { fate: 'refused', spec: sparse({ indptr: [0, -2, 3, 3, 6] }) },
  'a gene index beyond the genes': { fate: 'refused', spec: sparse({ indices: [0, 3, 1, 0, 2, 99] }) },
  'a negative gene index': { fate: 'refused', spec: sparse({ indices: [0, -3, 1, 0, 2, 4] }) },
  'a gene twice in a cell': { fate: 'either', spec: sparse({ indices: [0, 0, 1, 0, 2, 4] }) },
  'genes out of order in a cell': { fate: 'read', spec: sparse({ indices: [3, 0, 1, 4, 2, 0] }) },
  'more indices than values': { fate: 'refused', spec: sparse({ data: [1, 2, 3] }) },
  'a shape of more cells than there are': { fate: 'refused', spec: sparse({}, [400, 5]) },
  'a shape of fewer cells than there are': { fate: 'refused', spec: sparse({}, [2, 5]) },
  'a shape of more genes than there are': { fate: 'refused', spec: sparse({}, [4, 50]) },
  'a shape of ten million million cells': { fate: 'refused', spec: sparse({}, [1e13, 5]) },
  'a negative shape': { fate: 'refused', spec: sparse({}, [-4, 5]) },
  'NaN among counts': { fate: 'refused', spec: sparse({ data: [1, NaN, 3, 4, 5, 6] }) },
  'infinity among counts': { fate: 'refused', spec: sparse({ data: [1, Infinity, 3, 4, 5, 6] }) },
  'minus infinity among counts': { fate: 'refused', spec: sparse({ data: [1, -Infinity, 3, 4, 5, 6] }) },
  'a negative count': { fate: 'refused', spec: sparse({ data: [1, -2, 3, 4, 5, 6] }) },
  'a fraction': { fate: 'refused', spec: sparse({ data: [1, 2.5, 3, 4, 5, 6] }) },
  'a count beyond all measure': { fate: 'refused', spec: sparse({ data: [1, 1e30, 3, 4, 5, 6] }) },
  'NaN in a dense matrix': { fate: 'refused', spec: dense(NaN) },
  'infinity in a dense matrix': { fate: 'refused', spec: dense(Infinity) },
  'a negative number in a dense matrix': { fate: 'refused', spec: dense(-1) },
  'only zeros': { fate: 'refused', spec: { X: { storage: 'dense', rows: COUNTS.map((row) => row.map(() => 0)) } } },
  'no matrix': { fate: 'refused', spec: { X: null } },
  'more names of cells than cells': { fate: 'refused', spec: { cells: [...CELLS, 'more', 'still more'] } },
  'fewer names of cells than cells': { fate: 'refused', spec: { cells: CELLS.slice(0, 2) } },
  'more names of genes than genes': { fate: 'refused', spec: { genes: [...GENES, 'MYC'] } },
  'fewer names of genes than genes': { fate: 'refused', spec: { genes: GENES.slice(1) } },
  'all cells of one name': { fate: 'read', spec: { cells: CELLS.map(() => 'same') } },
  'all genes of one name': { fate: 'either', spec: { genes: GENES.map(() => 'GATA1') } },
  'empty names of genes': { fate: 'refused', spec: { genes: GENES.map(() => '') } },
  'numbers as names of genes, which are Entrez ids': {
    fate: 'read',
    spec: { genes: GENES.map((_, i) => `${10 + i}`) },
  },
  'names of no known gene': { fate: 'refused', spec: { genes: GENES.map((_, i) => `thing_${i}`) } },
  'names with line breaks and scripts': {
    fate: 'refused',
    spec: { genes: GENES.map((_, i) => `<script>alert(${i})</script>\n`) },
  },
  'names of a megabyte': { fate: 'refused', spec: { genes: GENES.map((_, i) => 'A'.repeat(1_000_000 + i)) } },
  'codes without a category': { fate: 'read', spec: withObs((obs) => categorical(obs, 'type', ['B'], [0, 7, 0, 1])) },
  'negative codes': { fate: 'read', spec: withObs((obs) => categorical(obs, 'type', ['B'], [0, -7, 0, -1])) },
  'fewer codes than cells': { fate: 'read', spec: withObs((obs) => categorical(obs, 'type', ['B'], [0])) },
  'a column longer than the cells': {
    fate: 'read',
    spec: withObs((obs) => obs.create_dataset({ name: 'n', data: new Float64Array(400) })),
  },
  'a column of two dimensions': {
    fate: 'read',
    spec: withObs((obs) => obs.create_dataset({ name: 'n', data: new Float64Array(8), shape: [4, 2] })),
  },
  'a group that is no column': { fate: 'read', spec: withObs((obs) => obs.create_group('nothing')) },
  'a column that leads back to its table': {
    fate: 'read',
    spec: withObs((obs) => obs.create_soft_link('/obs', 'again')),
  },
  'a link that leads to itself': { fate: 'either', spec: withObs((_, file) => file.create_soft_link('/loop', 'loop')) },
  'a column kept in another file': {
    fate: 'either',
    spec: withObs((obs) => obs.create_external_link('/etc/passwd', '/x', 'outside')),
  },
  'a hundred columns': {
    fate: 'read',
    spec: withObs((obs) => {
      for (let i = 0; i < 100; i++) obs.create_dataset({ name: `c${i}`, data: Float64Array.of(1, 2, 3, i) });
    }),
  },
};

/** An HDF5 file that holds nothing of cells. */
export function writeForeignHdf5(file: string): void {
  const h5 = new h5wasm.File(file, 'w');
  h5.create_dataset({ name: 'picture', data: new Uint8Array(64), shape: [8, 8] });
  h5.flush();
  h5.close();
}
