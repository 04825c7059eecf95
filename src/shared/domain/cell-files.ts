/** Endings of files that dialogs offer for import, without the dot; what a file is, its content decides. */
export const CELL_FILES = [
  'h5ad',
  'h5',
  'hdf5',
  'loom',
  'mtx',
  'csv',
  'tsv',
  'txt',
  'xlsx',
  'rds',
  'rda',
  'rdata',
  'zip',
  'tar',
  'tgz',
  'gz',
];

/** Whether a file's name ends like one that holds cells. */
export function looksLikeCells(name: string): boolean {
  return CELL_FILES.includes(name.toLowerCase().split('.').at(-1)!);
}
