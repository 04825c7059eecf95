import { readGeneTable } from '../gene-table.ts';

/** A cell type with the names it goes by. */
export interface CellType {
  key: string;
  /** Cell Ontology id; null where there is none. */
  id: string | null;
  name: string;
  /** Cell types of one lineage are relatives. */
  lineage: string;
  synonyms: readonly string[];
}

const GREEK: Record<string, string> = { α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon' };

/** Lower-case words without plural s and without the word cell: `CD19+ B cells` → cd19, b. */
function words(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll(/[αβγδε]/g, (letter) => GREEK[letter])
    .split(/[^a-z0-9]+/)
    .map((word) => (word.length > 3 && !/(ss|us)$/.test(word) ? word.replace(/s$/, '') : word))
    .filter((word) => word !== '' && word !== 'cell');
}

/** Names of cell types, to tell what a label of a dataset stands for. */
export class CellTypes {
  readonly all: readonly CellType[];
  readonly #names: { type: CellType; name: string[] }[];

  constructor(all: readonly CellType[]) {
    this.all = all;
    this.#names = all.flatMap((type) => [type.name, ...type.synonyms].map((name) => ({ type, name: words(name) })));
  }

  static async load(resourcesDir: string): Promise<CellTypes> {
    const rows = await readGeneTable(resourcesDir, 'cell-types.tsv.gz');
    return new CellTypes(
      rows.map(([key, id, name, lineage, synonyms]) => ({
        key,
        id: id === '' ? null : id,
        name,
        lineage,
        synonyms: synonyms.split('|').filter(Boolean),
      })),
    );
  }

  /**
   * The cell types whose name stands in a label, word by word; the longest names win.
   *
   * Note: `Type B pancreatic cell` is no B cell since its own name is longer; a label in which no name stands gives none.
   */
  of(label: string): CellType[] {
    const parts = words(label);
    const found = this.#names.filter(({ name }) => holds(parts, name));
    const longest = Math.max(0, ...found.map(({ name }) => name.length));
    return [...new Set(found.filter(({ name }) => name.length === longest).map(({ type }) => type))];
  }
}

function holds(label: readonly string[], name: readonly string[]): boolean {
  if (name.length === 0) return false;
  return label.some((_, from) => name.every((word, i) => label[from + i] === word));
}
