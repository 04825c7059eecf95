import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Gene, Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Rows of one shipped table (resources/genes), without the header line. */
export async function readGeneTable(resourcesDir: string, name: string): Promise<string[][]> {
  const file = path.join(resourcesDir, 'genes', name);
  let text: string;
  try {
    text = gunzipSync(await readFile(file)).toString('utf8');
  } catch (cause) {
    throw new WorkbenchError(
      'unavailable',
      `${name}: this gene table is missing or damaged; install the workbench again.`,
      { cause },
    );
  }
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
}

export type NameMatch = { by: 'symbol' | 'symbol-case' | 'previous' | 'alias'; rows: number[] };

/** Genes by a name of one kind; several genes may share one. */
type NameIndex = ReadonlyMap<string, number[]>;

/** The names of each kind in a row of the table. */
const NAMES_OF = {
  symbol: ([, symbol]) => [symbol],
  'symbol-case': ([, symbol]) => [symbol.toUpperCase()],
  entrez: ([, , , , entrez]) => (entrez ? [entrez] : []),
  previous: ([, , , , , previous]) => names(previous),
  alias: ([, , , , , , aliases]) => names(aliases),
} satisfies Record<string, (row: string[]) => string[]>;

/** All genes of one species with every name they go by. */
export class GeneTable {
  readonly species: Species;
  readonly #rows: readonly string[][];
  readonly #byId: ReadonlyMap<string, number>;
  /** Each is made when it is first asked for: a file mostly names its genes in one way, and all of them take most of a second. */
  readonly #indexes = new Map<keyof typeof NAMES_OF, NameIndex>();
  /** Made when it is first asked for. */
  #entrezOfRow: Map<number, string> | null = null;

  constructor(species: Species, rows: readonly string[][]) {
    this.species = species;
    this.#rows = rows;
    this.#byId = new Map(rows.map(([id], row) => [id, row]));
  }

  static async load(resourcesDir: string, species: Species): Promise<GeneTable> {
    return new GeneTable(species, await readGeneTable(resourcesDir, `${species}-genes.tsv.gz`));
  }

  get size(): number {
    return this.#rows.length;
  }

  gene(row: number): Gene {
    const [id, symbol] = this.#rows[row];
    return { id, symbol };
  }

  rowOfId(id: string): number | undefined {
    return this.#byId.get(id);
  }

  biotype(row: number): string {
    return this.#rows[row][2];
  }

  entrezOf(id: string): string | null {
    const row = this.rowOfId(id);
    if (row === undefined) return null;
    this.#entrezOfRow ??= new Map(
      [...this.#index('entrez')].flatMap(([entrez, rows]) => rows.map((each) => [each, entrez] as const)),
    );
    return this.#entrezOfRow.get(row) ?? null;
  }

  rowsOfEntrez(entrez: string): number[] {
    return this.#index('entrez').get(entrez) ?? [];
  }

  /** A current symbol, exactly or else in any case. */
  current(name: string): NameMatch | null {
    const exact = this.#preferred(this.#index('symbol').get(name));
    if (exact) return { by: 'symbol', rows: exact };
    const anyCase = this.#preferred(this.#index('symbol-case').get(name.toUpperCase()));
    return anyCase ? { by: 'symbol-case', rows: anyCase } : null;
  }

  previous(name: string): NameMatch | null {
    const rows = this.#index('previous').get(name.toUpperCase());
    return rows ? { by: 'previous', rows } : null;
  }

  alias(name: string): NameMatch | null {
    const rows = this.#index('alias').get(name.toUpperCase());
    return rows ? { by: 'alias', rows } : null;
  }

  #index(kind: keyof typeof NAMES_OF): NameIndex {
    const known = this.#indexes.get(kind);
    if (known) return known;
    const index = new Map<string, number[]>();
    this.#rows.forEach((row, i) => {
      for (const name of NAMES_OF[kind](row)) add(index, name, i);
    });
    this.#indexes.set(kind, index);
    return index;
  }

  /** Of several genes with one name, those the nomenclature committee gave it to. */
  #preferred(rows: number[] | undefined): number[] | undefined {
    if (!rows || rows.length < 2) return rows;
    const official = rows.filter((row) => this.#rows[row][3] === '1');
    return official.length > 0 ? official : rows;
  }
}

function names(text: string | undefined): string[] {
  return text ? text.toUpperCase().split('|') : [];
}

function add(index: Map<string, number[]>, key: string, row: number): void {
  const rows = index.get(key);
  if (!rows) index.set(key, [row]);
  else if (!rows.includes(row)) rows.push(row);
}
