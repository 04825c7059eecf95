import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MASK_TOKEN } from '../../names.ts';
import { arrayLength, arrayNumbers, NumberArray } from '../data-pickle.ts';
import { MAX_PRIOR_BYTES, readTableFile, type TableFile } from './table-file.ts';

const MAX_WIDTH = 4096;

/** Symbols of Ensembl ids, read from a dictionary in either direction. */
export function readGeneNames(path: string): Map<string, string> {
  const file = readTableFile(path);
  const entries: (readonly [unknown, unknown])[] =
    file.kind === 'dict' ? [...file.dict] : file.kind === 'rows' ? file.rows.map((row) => [row[0], row[1]]) : [];
  const names = new Map<string, string>();
  for (const [a, b] of entries) {
    if (typeof a !== 'string' || typeof b !== 'string') continue;
    if (isGene(a)) names.set(a, b);
    else if (isGene(b) && !names.has(b)) names.set(b, a);
  }
  if (names.size > 0) return names;
  throw new WorkbenchError(
    'data-format',
    `${file.name}: it has no Ensembl ids with symbols; choose the gene names published with the model.`,
  );
}

/**
 * Builds a prior table from files of gene vectors: a `.npy` array with a row for each token, or dictionaries and tables that
 * name genes by Ensembl id or, with `symbols`, by symbol; one file for all species or one for each.
 *
 * Shape: V × width; rows of special tokens are zero.
 * Throws: data-format when a gene has no vector, as the published code does, or vectors differ in length.
 * Source: spec/genecompass.md §2.2.
 */
export function readPriorTable(
  paths: readonly string[],
  tokens: readonly string[],
  width: number,
  symbols: ReadonlyMap<string, string> = new Map(),
): Float32Array {
  const files = paths.map((path) => readTableFile(path, MAX_PRIOR_BYTES));
  const subject = files.map(({ name }) => name).join(', ');
  const wrong = (fact: string) =>
    new WorkbenchError('data-format', `${subject}: ${fact}; choose the prior files published with the model.`);
  if (files.length === 1 && files[0].kind === 'array') return tokenRows(files[0].array, tokens.length, width, wrong);

  const sources = files.map((file) => vectorSource(file, wrong));
  const speciesOf = [HUMAN_GENE_ID, MOUSE_GENE_ID];
  const keysOf = (text: string) => [text, symbols.get(text)].filter((key) => key !== undefined);
  // A symbol may exist in both species; of two files each is asked for the species it knows more genes of.
  const nFound = sources.map((source) =>
    speciesOf.map((species) => tokens.filter((text) => species.test(text) && keysOf(text).some(source.has)).length),
  );
  const fileOf = (species: number) =>
    nFound.reduce((best, found, i) => (found[species] > nFound[best][species] ? i : best), 0);
  const table = new Float32Array(tokens.length * width);
  const lacking: string[] = [];
  tokens.forEach((text, id) => {
    const species = speciesOf.findIndex((pattern) => pattern.test(text));
    if (id <= MASK_TOKEN || species < 0) return;
    const source = sources[fileOf(species)];
    const key = keysOf(text).find(source.has);
    if (key === undefined) lacking.push(text);
    else table.set(source.vector(key, width), id * width);
  });
  if (lacking.length > 0) throw wrong(`${lacking.length} genes have no vector, such as ${lacking[0]}`);
  return table;
}

interface VectorSource {
  has(this: void, key: string): boolean;
  vector(key: string, width: number): Float32Array;
}

function vectorSource(file: TableFile, wrong: (fact: string) => WorkbenchError): VectorSource {
  const requireWidth = (key: string, length: number, width: number): void => {
    if (length !== width || width > MAX_WIDTH)
      throw wrong(`the vector of ${printed(key)} has ${length} numbers, ${width} are expected`);
  };
  const checked = (key: string, numbers: ArrayLike<unknown>, width: number): Float32Array => {
    requireWidth(key, numbers.length, width);
    const vector = new Float32Array(width);
    for (let i = 0; i < width; i++) {
      const value = numbers[i];
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw wrong(`number ${i} of ${printed(key)} is not finite`);
      vector[i] = value;
    }
    return vector;
  };
  if (file.kind === 'dict') {
    return {
      has: (key) => file.dict.has(key),
      vector: (key, width) => {
        const item = file.dict.get(key);
        if (item instanceof NumberArray) {
          requireWidth(key, arrayLength(item), width);
          return checked(key, arrayNumbers(item), width);
        }
        if (Array.isArray(item)) return checked(key, item, width);
        throw wrong(`${printed(key)} has no vector`);
      },
    };
  }
  if (file.kind === 'rows') {
    const rows = new Map(file.rows.map((row) => [row[0], row]));
    return {
      has: (key) => rows.has(key),
      vector: (key, width) => checked(key, rows.get(key)!.slice(1).map(Number), width),
    };
  }
  throw wrong('an array has no gene names; give it alone, with a row for each token');
}

function tokenRows(
  array: NumberArray,
  nTokens: number,
  width: number,
  wrong: (fact: string) => WorkbenchError,
): Float32Array {
  if (array.shape.length !== 2 || array.shape[0] !== nTokens || array.shape[1] !== width)
    throw wrong(`its shape is [${array.shape.join(', ')}], [${nTokens}, ${width}] is expected`);
  const table = Float32Array.from(arrayNumbers(array));
  const bad = table.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw wrong(`element ${bad} is ${table[bad]}`);
  return table;
}

function isGene(text: string): boolean {
  return HUMAN_GENE_ID.test(text) || MOUSE_GENE_ID.test(text);
}

function printed(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 40);
}
