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

/** All genes of one species with every name they go by. */
export class GeneTable {
  readonly species: Species;
  readonly #ids: string[] = [];
  readonly #symbols: string[] = [];
  readonly #biotypes: string[] = [];
  readonly #official: boolean[] = [];
  readonly #byId = new Map<string, number>();
  readonly #bySymbol = new Map<string, number[]>();
  readonly #bySymbolUpper = new Map<string, number[]>();
  readonly #byPrevious = new Map<string, number[]>();
  readonly #byAlias = new Map<string, number[]>();
  readonly #byEntrez = new Map<string, number[]>();
  /** Made when it is first asked for. */
  #entrezOfRow: Map<number, string> | null = null;

  constructor(species: Species, rows: string[][]) {
    this.species = species;
    for (const [id, symbol, biotype, official, entrez, previous, aliases] of rows) {
      const row = this.#ids.length;
      this.#ids.push(id);
      this.#symbols.push(symbol);
      this.#biotypes.push(biotype);
      this.#official.push(official === '1');
      this.#byId.set(id, row);
      add(this.#bySymbol, symbol, row);
      add(this.#bySymbolUpper, symbol.toUpperCase(), row);
      if (entrez) add(this.#byEntrez, entrez, row);
      for (const name of names(previous)) add(this.#byPrevious, name, row);
      for (const name of names(aliases)) add(this.#byAlias, name, row);
    }
  }

  static async load(resourcesDir: string, species: Species): Promise<GeneTable> {
    return new GeneTable(species, await readGeneTable(resourcesDir, `${species}-genes.tsv.gz`));
  }

  get size(): number {
    return this.#ids.length;
  }

  gene(row: number): Gene {
    return { id: this.#ids[row], symbol: this.#symbols[row] };
  }

  rowOfId(id: string): number | undefined {
    return this.#byId.get(id);
  }

  biotype(row: number): string {
    return this.#biotypes[row];
  }

  entrezOf(id: string): string | null {
    const row = this.rowOfId(id);
    if (row === undefined) return null;
    this.#entrezOfRow ??= new Map(
      [...this.#byEntrez].flatMap(([entrez, rows]) => rows.map((each) => [each, entrez] as const)),
    );
    return this.#entrezOfRow.get(row) ?? null;
  }

  rowsOfEntrez(entrez: string): number[] {
    return this.#byEntrez.get(entrez) ?? [];
  }

  /** A current symbol, exactly or else in any case. */
  current(name: string): NameMatch | null {
    const exact = this.#preferred(this.#bySymbol.get(name));
    if (exact) return { by: 'symbol', rows: exact };
    const anyCase = this.#preferred(this.#bySymbolUpper.get(name.toUpperCase()));
    return anyCase ? { by: 'symbol-case', rows: anyCase } : null;
  }

  previous(name: string): NameMatch | null {
    const rows = this.#byPrevious.get(name.toUpperCase());
    return rows ? { by: 'previous', rows } : null;
  }

  alias(name: string): NameMatch | null {
    const rows = this.#byAlias.get(name.toUpperCase());
    return rows ? { by: 'alias', rows } : null;
  }

  /** Of several genes with one name, those the nomenclature committee gave it to. */
  #preferred(rows: number[] | undefined): number[] | undefined {
    if (!rows || rows.length < 2) return rows;
    const official = rows.filter((row) => this.#official[row]);
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
