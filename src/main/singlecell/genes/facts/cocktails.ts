import { readGeneTable } from '../gene-table.ts';

/** A published set of factors that turned one cell into another. */
export interface Cocktail {
  id: string;
  /** Key of the cell type it led to. */
  goal: string;
  /** Cells it began with, in words. */
  start: string;
  species: string;
  /** Approved human symbols. */
  raised: readonly string[];
  takenAway: readonly string[];
  doi: string;
}

const list = (text: string) => text.split('|').filter(Boolean);

/** The published cocktails that ship with the program. Throws: `unavailable` where the table is missing. */
export async function loadCocktails(resourcesDir: string): Promise<Cocktail[]> {
  const rows = await readGeneTable(resourcesDir, 'cocktails.tsv.gz');
  return rows.map(([id, goal, start, species, raise, lower, doi]) => ({
    id,
    goal,
    start,
    species,
    raised: list(raise),
    takenAway: list(lower),
    doi,
  }));
}
