import type { FileGenes } from '../reader.ts';
import type { Frame } from './frame.ts';

const ID_COLUMNS = [
  'gene_ids',
  'gene_id',
  'ensembl_id',
  'ensembl_ids',
  'ensembl',
  'ensembl_gene_id',
  'feature_id',
  'ENSEMBL',
  'Accession',
];
const SYMBOL_COLUMNS = [
  'gene_symbols',
  'gene_symbol',
  'feature_name',
  'symbol',
  'gene_name',
  'gene_names',
  'gene_short_name',
  'SYMBOL',
  'Gene',
  'name',
];
const ENSEMBL_LIKE = /^ENS[A-Z]*G\d{11}/i;

/** Symbols and ids of the genes, wherever the file keeps them: in the index of var or in one of its columns. */
export function genesOfFrame(frame: Pick<Frame, 'index' | 'texts'>): FileGenes {
  const index = frame.index();
  const first = (columns: readonly string[]) =>
    columns.map((name) => frame.texts(name)).find((texts) => texts !== null);
  const symbols = first(SYMBOL_COLUMNS);
  const featureTypes = frame.texts('feature_types');
  if (mostly(index, ENSEMBL_LIKE)) return { names: symbols ?? index, ids: index, featureTypes };
  const idColumn = ID_COLUMNS.map((name) => frame.texts(name)).find(
    (texts) => texts !== null && mostly(texts, ENSEMBL_LIKE),
  );
  const names = mostly(index, /^\d+$/) && symbols ? symbols : index;
  return { names, ids: idColumn ?? null, featureTypes };
}

function mostly(texts: readonly string[], pattern: RegExp): boolean {
  return texts.reduce((n, text) => n + (pattern.test(text) ? 1 : 0), 0) * 2 > texts.length;
}
