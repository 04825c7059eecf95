import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { readTableFile } from './table-file.ts';

/**
 * Reads medians of non-zero expression: Ensembl id and number, as a pickled dictionary or as two columns.
 *
 * Genes whose median is no positive number are left out and counted.
 * Units: those of the published preprocessing, a normalised count; not an integer.
 * Throws: data-format when no gene is named by its Ensembl id.
 */
export function readMedians(path: string): { medians: Map<string, number>; nLeftOut: number } {
  const file = readTableFile(path);
  const wrong = (fact: string) =>
    new WorkbenchError('data-format', `${file.name}: ${fact}; choose the medians published with the model.`);
  if (file.kind === 'array') throw wrong('it is an array without gene names');
  const entries: (readonly [unknown, unknown])[] =
    file.kind === 'dict'
      ? [...file.dict]
      : file.rows.filter((row, i) => i > 0 || Number.isFinite(Number(row[1]))).map((row) => [row[0], Number(row[1])]);
  const medians = new Map<string, number>();
  let nLeftOut = 0;
  for (const [gene, median] of entries) {
    if (typeof gene !== 'string' || !(HUMAN_GENE_ID.test(gene) || MOUSE_GENE_ID.test(gene))) continue;
    if (typeof median === 'number' && Number.isFinite(median) && median > 0) medians.set(gene, median);
    else nLeftOut++;
  }
  if (medians.size === 0) throw wrong('it gives no human or mouse gene, named by its Ensembl id, a positive median');
  return { medians, nLeftOut };
}

/** Joins files of several species. Throws: data-format when two disagree about a gene. */
export function joinMedians(files: readonly ReadonlyMap<string, number>[], subject: string): Map<string, number> {
  const joined = new Map<string, number>();
  for (const medians of files) {
    for (const [gene, median] of medians) {
      if ((joined.get(gene) ?? median) !== median)
        throw new WorkbenchError(
          'data-format',
          `${subject}: two files give ${gene} different medians; keep the files of one model only.`,
        );
      joined.set(gene, median);
    }
  }
  return joined;
}
