import type { Gene, Species } from '#shared/domain/gene.ts';
import { namesBehindDate, namesBehindSerial } from './excel-dates.ts';
import { GeneSets } from './gene-sets.ts';
import { GeneTable, type NameMatch } from './gene-table.ts';
import { genomeOfName } from './genome-prefix.ts';
import { missingReason } from './missing-reason.ts';
import { Orthologs } from './orthologs.ts';

export type MatchedBy =
  | 'ensembl'
  | 'symbol'
  | 'symbol-case'
  | 'previous'
  | 'alias'
  | 'entrez'
  | 'excel-date'
  | 'punctuation'
  | 'suffix'
  | 'joined'
  | 'ortholog';

export type Resolution =
  | { status: 'matched'; input: string; gene: Gene; by: MatchedBy }
  | { status: 'ambiguous'; input: string; candidates: Gene[] }
  | { status: 'missing'; input: string; reason: string };

export interface ResolvedList {
  matched: Extract<Resolution, { status: 'matched' }>[];
  ambiguous: Extract<Resolution, { status: 'ambiguous' }>[];
  missing: Extract<Resolution, { status: 'missing' }>[];
}

const ENSEMBL = /^(ENS[A-Z]*G)(\d{11})(?:\.\d+)?(?:_\d+)?(?:_PAR_Y)?$/i;
/** An Ensembl id joined to a symbol: `SPI1_ENSG00000066336`, `ENSG00000066336.12|SPI1`. */
const WITH_ENSEMBL = /(?:^|[_|;:( -])(ENS[A-Z]*G)(\d{11})(?:\.\d+)?(?=$|[_|;:) -])/i;
const SPECIES_OF_PREFIX: Record<string, Species> = { ENSG: 'human', ENSMUSG: 'mouse' };
const ENTREZ = /^(?:ENTREZ:|GENEID:|LOC|EG)?(\d{1,9})(?:\.0)?$/i;
/** Appended by R's make.unique (`.1`) and by anndata's var_names_make_unique (`-1`). */
const MADE_UNIQUE = /^(.+)[-._](\d{1,2})$/;
/** Series that the mouse nomenclature committee renamed as a whole. */
const RENAMED_SERIES: readonly [old: RegExp, current: string][] = [
  [/^Dnahc(?=\d)/i, 'Dnah'],
  [/^Dnaic(?=\d)/i, 'Dnai'],
  [/^Mtap(?=\d)/i, 'Map'],
  [/^m(?=(?:KIAA|FLJ)\d)/, ''],
];

/** Turns every name a gene goes by into its Ensembl id and current symbol. */
export class GeneResolver {
  readonly orthologs: Orthologs;
  readonly sets: GeneSets;
  readonly #tables: Record<Species, GeneTable>;

  constructor(tables: Record<Species, GeneTable>, orthologs: Orthologs, sets: GeneSets) {
    this.#tables = tables;
    this.orthologs = orthologs;
    this.sets = sets;
  }

  /** Reads the shipped tables. Throws unavailable when one is missing. */
  static async load(resourcesDir: string): Promise<GeneResolver> {
    const [human, mouse, orthologs] = await Promise.all([
      GeneTable.load(resourcesDir, 'human'),
      GeneTable.load(resourcesDir, 'mouse'),
      Orthologs.load(resourcesDir),
    ]);
    const tables = { human, mouse };
    return new GeneResolver(tables, orthologs, await GeneSets.load(resourcesDir, tables, orthologs));
  }

  /** A listed gene by its Ensembl id, with or without version. */
  byId(id: string, species: Species): Gene | null {
    const table = this.#tables[species];
    const row = table.rowOfId(id.replace(/\.\d+$/, ''));
    return row === undefined ? null : table.gene(row);
  }

  /** Entrez id of a listed gene; null where the tables have none. */
  entrezOf(id: string, species: Species): string | null {
    return this.#tables[species].entrezOf(id.replace(/\.\d+$/, ''));
  }

  resolve(input: string, species: Species): Resolution {
    return this.resolveAll([input], species)[0];
  }

  /**
   * Resolves names that belong together, such as the genes of one file.
   *
   * Note: the list matters: whole numbers are Entrez ids only where most names are numbers, and `-1` or `.1` is taken
   * as made unique where the name without it is in the list or is itself a current symbol.
   */
  resolveAll(inputs: readonly string[], species: Species): Resolution[] {
    const present = new Set(inputs);
    const nNumbers = inputs.reduce((n, input) => n + (/^\d+$/.test(input) ? 1 : 0), 0);
    const mostlyNumbers = inputs.length === 1 || 2 * nNumbers > inputs.length;
    return inputs.map((input) => this.#resolve(input, species, present, mostlyNumbers));
  }

  /** Genes typed or pasted by a person: separated by new lines, commas, semicolons, tabs or spaces; repeats count once. */
  resolveGeneList(genes: string | readonly string[], species: Species): ResolvedList {
    const inputs = typeof genes === 'string' ? genes.split(/[\r\n,;\t]+|\s+/) : genes;
    const cleaned = [...new Set(inputs.map((input) => input.trim().replace(/^["']+|["']+$/g, '')))].filter(Boolean);
    const result: ResolvedList = { matched: [], ambiguous: [], missing: [] };
    for (const resolution of this.resolveAll(cleaned, species)) {
      if (resolution.status === 'matched') result.matched.push(resolution);
      else if (resolution.status === 'ambiguous') result.ambiguous.push(resolution);
      else result.missing.push(resolution);
    }
    return result;
  }

  #resolve(input: string, species: Species, present: ReadonlySet<string>, mostlyNumbers: boolean): Resolution {
    const written = input.replaceAll(/^[\s"'\u00a0\ufeff]+|[\s"'\u00a0\ufeff]+$/g, '');
    const prefix = genomeOfName(written);
    const name = prefix?.species === species ? prefix.rest : written;
    if (name === '') return { status: 'missing', input, reason: 'empty name' };
    const ensembl = ENSEMBL.exec(name);
    if (ensembl) return this.#resolveEnsembl(input, ensembl, species);
    const table = this.#tables[species];
    const joined = WITH_ENSEMBL.exec(name);
    if (joined) {
      const found = this.#resolveEnsembl(input, joined, species);
      if (found.status === 'matched') return found;
    }
    const number = ENTREZ.exec(name);
    if (number) {
      const rows = table.rowsOfEntrez(number[1]);
      const isPlain = /^\d/.test(name);
      const dated = isPlain ? this.#dated(namesBehindSerial(name), table) : null;
      if (dated && !(mostlyNumbers && rows.length > 0)) return outcome(input, dated, 'excel-date', table);
      if (rows.length > 0) return outcome(input, rows, 'entrez', table);
      if (isPlain) return { status: 'missing', input, reason: 'no gene has this Entrez id' };
    }
    const current = table.current(name);
    if (current) return outcome(input, current.rows, current.by, table);
    const respelt = this.#resolvePunctuation(input, name, table);
    if (respelt) return respelt;
    const previous = table.previous(name);
    if (previous) return outcome(input, previous.rows, previous.by, table);
    const alias = table.alias(name);
    const dateNames = namesBehindDate(name);
    const dated = alias && dateNames.length === 0 ? null : this.#dated(dateNames, table);
    if (dated) return outcome(input, dated, 'excel-date', table);
    if (alias) return outcome(input, alias.rows, alias.by, table);
    return (
      this.#resolveSuffix(input, name, table, present) ??
      this.#resolveJoined(input, name, table) ??
      this.#resolveRenamed(input, name, table, species) ??
      this.#resolveOrtholog(input, name, species) ?? { status: 'missing', input, reason: missingReason(name, species) }
    );
  }

  #resolveEnsembl(input: string, match: RegExpExecArray, species: Species): Resolution {
    const prefix = match[1].toUpperCase();
    const found = SPECIES_OF_PREFIX[prefix];
    if (found !== species) {
      const what = found ? `a ${found} id` : `an id of another species (${prefix})`;
      return { status: 'missing', input, reason: `${what}, the cells are ${species}` };
    }
    const gene = this.byId(`${prefix}${match[2]}`, species);
    return gene
      ? { status: 'matched', input, gene, by: 'ensembl' }
      : { status: 'missing', input, reason: 'retired or unknown Ensembl id' };
  }

  #dated(names: readonly string[], table: GeneTable): number[] | null {
    const rows = new Set<number>();
    const collect = (find: (name: string) => NameMatch | null) =>
      names.forEach((name) => find(name)?.rows.forEach((row) => rows.add(row)));
    collect((name) => table.current(name) ?? table.previous(name));
    if (rows.size === 0) collect((name) => table.alias(name));
    if (rows.size === 0 && table.species === 'mouse') {
      collect((name) => {
        const human = this.#tables.human.current(name) ?? this.#tables.human.previous(name);
        return human ? { by: human.by, rows: this.#orthologRows(human.rows, 'mouse') } : null;
      });
    }
    return rows.size > 0 ? [...rows] : null;
  }

  /** R's make.names writes NKX6-1 as NKX6.1 and puts an X before names that start with a digit. */
  #resolvePunctuation(input: string, name: string, table: GeneTable): Resolution | null {
    if (!/[.]|^X\d/.test(name)) return null;
    const plain = name.replace(/^X(?=\d)/, '').replaceAll('.', '-');
    const current = table.current(plain);
    if (current) return outcome(input, current.rows, 'punctuation', table);
    const asWritten = table.previous(name);
    if (asWritten) return outcome(input, asWritten.rows, 'previous', table);
    const match = table.previous(plain) ?? table.alias(plain);
    return match ? outcome(input, match.rows, 'punctuation', table) : null;
  }

  #resolveRenamed(input: string, name: string, table: GeneTable, species: Species): Resolution | null {
    for (const [old, current] of RENAMED_SERIES) {
      const renamed = old.test(name) ? name.replace(old, current) : null;
      if (renamed === null) continue;
      const match = table.current(renamed) ?? table.previous(renamed) ?? table.alias(renamed);
      if (match) return outcome(input, match.rows, 'previous', table);
      const ortholog = this.#resolveOrtholog(input, renamed, species);
      if (ortholog) return ortholog;
    }
    return null;
  }

  /** Some pipelines join the names of one row, as in `Park7_dj-1`: taken where all known parts mean one gene. */
  #resolveJoined(input: string, name: string, table: GeneTable): Resolution | null {
    const parts = name.split(/[_;|]/).filter((part) => part.length > 1);
    if (parts.length < 2) return null;
    const rows = new Set(parts.flatMap((part) => table.current(part)?.rows ?? []));
    return rows.size > 0 ? outcome(input, [...rows], 'joined', table) : null;
  }

  #resolveSuffix(input: string, name: string, table: GeneTable, present: ReadonlySet<string>): Resolution | null {
    const base = MADE_UNIQUE.exec(name)?.[1];
    if (base === undefined) return null;
    const current = table.current(base);
    const match =
      (name.includes('_') ? null : current) ??
      (present.has(base) ? (current ?? table.previous(base) ?? table.alias(base)) : null);
    return match ? outcome(input, match.rows, 'suffix', table) : null;
  }

  /** Names of the other species, also its previous symbols and aliases: mouse nomenclature follows the human one. */
  #resolveOrtholog(input: string, name: string, species: Species): Resolution | null {
    const other = this.#tables[species === 'human' ? 'mouse' : 'human'];
    const match = other.current(name) ?? other.previous(name) ?? other.alias(name);
    if (!match) return null;
    const rows = this.#orthologRows(match.rows, species);
    return rows.length > 0 ? outcome(input, rows, 'ortholog', this.#tables[species]) : null;
  }

  #orthologRows(rowsOfOther: readonly number[], species: Species): number[] {
    const other = this.#tables[species === 'human' ? 'mouse' : 'human'];
    return rowsOfOther
      .map((row) => other.gene(row).id)
      .map((id) => (species === 'human' ? this.orthologs.human(id) : this.orthologs.mouse(id)))
      .map((id) => (id === undefined ? undefined : this.#tables[species].rowOfId(id)))
      .filter((row) => row !== undefined);
  }
}

function outcome(input: string, rows: readonly number[], by: MatchedBy, table: GeneTable): Resolution {
  const [row] = rows.length === 1 ? rows : renamed(input, rows, table);
  if (row !== undefined) return { status: 'matched', input, gene: table.gene(row), by };
  const candidates = rows.map((row) => table.gene(row)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { status: 'ambiguous', input, candidates };
}

/** Of several genes that once had a name, the only one whose name was merely made longer: QARS1 for QARS, not EPRS1. */
function renamed(input: string, rows: readonly number[], table: GeneTable): number[] {
  const extended = rows.filter((row) => {
    const symbol = table.gene(row).symbol.toUpperCase();
    return symbol.startsWith(input.toUpperCase()) && /^\d?[A-Z]?$/.test(symbol.slice(input.length));
  });
  return extended.length === 1 ? extended : [];
}
