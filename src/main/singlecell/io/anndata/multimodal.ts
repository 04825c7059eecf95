import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** What the object with the genes is called, most usual first. */
const GENE_OBJECTS = ['rna', 'RNA', 'gex', 'GEX', 'gene_expression', 'Gene Expression'];

/**
 * Which of several AnnData objects in one file holds the genes: the only one, or the one named so.
 *
 * Throws invalid-input where none can be told.
 */
export function geneObject(file: string, names: readonly string[]): string {
  const found = names.length === 1 ? names[0] : GENE_OBJECTS.find((name) => names.includes(name));
  if (found !== undefined) return found;
  throw new WorkbenchError(
    'invalid-input',
    `${file}: it holds several objects (${names.slice(0, 10).join(', ')}), one named rna is expected; save the one with the genes as an AnnData file.`,
  );
}

/** Told where a file holds more than what was read. */
export function otherObjectsWarning(chosen: string, names: readonly string[]): string | null {
  const others = names.filter((name) => name !== chosen);
  return others.length > 0 ? `Of several objects ${chosen} was read; left out: ${others.join(', ')}.` : null;
}
