import type { FileGenes } from '../reader.ts';
import { geneTexts } from './annotations.ts';
import type { Complain } from './matrices.ts';
import type { RValue } from './values.ts';

/** Symbols and ids may stand in columns beside the names of the rows. */
export function fileGenes(
  rowNames: readonly string[] | null,
  columns: ReadonlyMap<string, RValue>,
  nGenes: number,
  complain: Complain,
): FileGenes {
  const symbols = geneTexts(columns, ['symbol', 'gene_symbol', 'gene_symbols', 'gene_name', 'feature_name'], nGenes);
  const ids = geneTexts(columns, ['id', 'gene_id', 'gene_ids', 'ensembl', 'ensembl_id', 'ensembl_gene_id'], nGenes);
  const names = symbols ?? rowNames ?? ids;
  if (names?.length !== nGenes) throw complain(`it has ${names?.length ?? 'no'} gene names for ${nGenes} genes`);
  const featureTypes = geneTexts(columns, ['type', 'feature_type', 'feature_types'], nGenes);
  return { names: [...names], ids: ids ?? (symbols && rowNames ? [...rowNames] : null), featureTypes };
}
