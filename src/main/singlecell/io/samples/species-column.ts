import type { Species } from '#shared/domain/gene.ts';
import type { ObsColumn } from '../../types.ts';

const COLUMN_NAME = /^(species|organism)(_name|_id)?$/i;
const WORDS: Record<Species, RegExp> = {
  human: /^(human|homo[ _.]?sapiens|h[ _.]{1,2}sapiens|hs|hsap(iens)?|grch\d+|hg\d+|(ncbitaxon:)?9606)$/i,
  mouse: /^(mouse|mus[ _.]?musculus|m[ _.]{1,2}musculus|mm|mmus(culus)?|grcm\d+|mm\d+|(ncbitaxon:)?10090)$/i,
};

/** Species of each cell by a column; null for an empty or another value. */
export function speciesOfCells(column: ObsColumn): (Species | null)[] {
  switch (column.kind) {
    case 'categorical': {
      const species = column.categories.map(speciesOfWord);
      return Array.from(column.codes, (code) => (code < 0 ? null : species[code]));
    }
    case 'text':
      return column.values.map((value) => (value === null ? null : speciesOfWord(value)));
    case 'number':
      return Array.from(column.values, (value) => speciesOfWord(String(value)));
    case 'boolean':
      return new Array<null>(column.values.length).fill(null);
  }
}

/** The column that says that the cells are of both species; null where none does without being asked. */
export function findSpeciesColumn(columns: readonly ObsColumn[]): ObsColumn | null {
  return (
    columns.find(({ name, ...column }) => {
      if (!COLUMN_NAME.test(name)) return false;
      const found = new Set(speciesOfCells({ name, ...column } as ObsColumn));
      return found.has('human') && found.has('mouse');
    }) ?? null
  );
}

function speciesOfWord(word: string): Species | null {
  const text = word.trim();
  if (WORDS.human.test(text)) return 'human';
  return WORDS.mouse.test(text) ? 'mouse' : null;
}
