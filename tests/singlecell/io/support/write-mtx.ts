import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export interface MtxSpec {
  cells: readonly string[];
  /** Ensembl id and symbol of each gene. */
  genes: readonly (readonly [id: string, symbol: string])[];
  /** Cells × genes. */
  rows: readonly (readonly number[])[];
  /** Before each file name. */
  prefix?: string;
  isGzip?: boolean;
}

/** Writes a folder as Cell Ranger 3 does; gives the folder. */
export function writeMtx(folder: string, { cells, genes, rows, prefix = '', isGzip = false }: MtxSpec): string {
  mkdirSync(folder, { recursive: true });
  const entries = rows.flatMap((row, cell) =>
    row.flatMap((value, gene) => (value === 0 ? [] : [`${gene + 1} ${cell + 1} ${value}`])),
  );
  const matrix = [
    '%%MatrixMarket matrix coordinate integer general',
    `${genes.length} ${cells.length} ${entries.length}`,
    ...entries,
  ].join('\n');
  const files = {
    'matrix.mtx': `${matrix}\n`,
    'features.tsv': genes.map(([id, symbol]) => `${id}\t${symbol}\tGene Expression\n`).join(''),
    'barcodes.tsv': cells.map((cell) => `${cell}\n`).join(''),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, prefix + name);
    if (isGzip) writeFileSync(`${file}.gz`, gzipSync(text));
    else writeFileSync(file, text);
  }
  return folder;
}
