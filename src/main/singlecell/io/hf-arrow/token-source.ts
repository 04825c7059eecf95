import { type Data, type Schema, Utf8 } from 'apache-arrow';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../../types.ts';
import type { Place } from '../place.ts';
import { type Complain, isListType, isNumberType, numberColumn, type NumberLists, numberLists } from './columns.ts';
import { classNames } from './features.ts';
import { findShards, type Shard } from './layout.ts';
import { readRows } from './messages.ts';
import { canAnnotate, ObsCollector, readPart } from './obs.ts';

/** What the published code names its columns. Source: spec/genecompass.md §1.3. */
export const TOKEN_COLUMNS = { ids: 'input_ids', values: 'values', length: 'length', species: 'species' } as const;
/** Columns of tokenisers that say nothing of a cell. */
const IGNORED = new Set<string>([
  ...Object.values(TOKEN_COLUMNS),
  'attention_mask',
  'token_type_ids',
  'special_tokens_mask',
  'position_ids',
]);
const MAX_OBS_COLUMNS = 1000;
const SPLIT_COLUMN = 'split';

/** Cells of one batch, as they lie in the file. */
export interface TokenBatch {
  /** For messages: the file, and the row of it that is the first here, from 0. */
  file: string;
  firstRow: number;
  nCells: number;
  ids: NumberLists;
  values: NumberLists | null;
  /** Announced numbers of tokens. */
  lengths: ArrayLike<number> | null;
  /** Species codes. */
  species: ArrayLike<number> | null;
}

/** An open data set of token lists. */
export interface TokenSource {
  readonly name: string;
  /** Values beside the tokens are written by GeneCompass, not by Geneformer. */
  readonly hasValues: boolean;
  readonly hasLengths: boolean;
  readonly hasSpecies: boolean;
  readonly splits: readonly string[];
  readonly nFiles: number;
  /** Annotations, in the order of the file. */
  readonly obsNames: readonly string[];
  readonly warnings: readonly string[];
  /** One batch in memory at a time. Throws data-format, unsupported. */
  batches(): AsyncGenerator<TokenBatch>;
  /** Annotations of the cells read so far; complete after the last batch. */
  obs(): ObsColumn[];
}

/** Opens what the library `datasets` saved. Throws not-found, data-format, unsupported. */
export async function openTokenSource(place: Place): Promise<TokenSource> {
  const shards = await findShards(place);
  if (shards.length === 0)
    throw new WorkbenchError('data-format', `${place.name}: it holds no cells; choose a data set with cells.`);
  const schema = await firstSchema(shards[0]);
  return new OpenTokenSource(place.name, shards, schema);
}

async function firstSchema({ place }: Shard): Promise<Schema> {
  for await (const { schema } of readRows(place)) return schema;
  throw new WorkbenchError('data-format', `${place.name}: it holds no schema; copy or save it again.`);
}

class OpenTokenSource implements TokenSource {
  readonly name: string;
  readonly hasValues: boolean;
  readonly hasLengths: boolean;
  readonly hasSpecies: boolean;
  readonly splits: readonly string[];
  readonly nFiles: number;
  readonly obsNames: readonly string[];
  readonly warnings: readonly string[];
  readonly #shards: readonly Shard[];
  readonly #schema: Schema;
  readonly #collectors: ObsCollector[];
  #split: ObsCollector | null = null;

  constructor(name: string, shards: readonly Shard[], schema: Schema) {
    this.name = name;
    this.#shards = shards;
    this.#schema = schema;
    this.nFiles = shards.length;
    this.splits = [...new Set(shards.flatMap(({ split }) => (split === null ? [] : [split])))];
    const has = (column: string) => schema.fields.some((field) => field.name === column);
    this.hasValues = has(TOKEN_COLUMNS.values);
    this.hasLengths = has(TOKEN_COLUMNS.length);
    this.hasSpecies = has(TOKEN_COLUMNS.species);
    const ids = schema.fields.find((field) => field.name === TOKEN_COLUMNS.ids);
    if (!ids || !isListType(ids.type)) {
      throw new WorkbenchError(
        'data-format',
        `${shards[0].place.name}: it has no column ${TOKEN_COLUMNS.ids} with lists of tokens (it has ${listed(schema.fields.map((field) => field.name))}); choose a data set that the tokeniser of GeneCompass or Geneformer wrote.`,
      );
    }
    const others = schema.fields.filter((field) => !IGNORED.has(field.name));
    const kept = others.filter(({ type }) => canAnnotate(type));
    const leftOut = others.filter(({ type }) => !canAnnotate(type)).map((field) => field.name);
    this.warnings =
      leftOut.length > 0 ? [`Columns that are no texts, numbers or classes were left out: ${listed(leftOut)}.`] : [];
    const names = kept.map((field) => field.name);
    if (names.length > MAX_OBS_COLUMNS || new Set(names).size < names.length) {
      throw new WorkbenchError(
        'data-format',
        `${shards[0].place.name}: it has ${names.length} annotations of cells, of which ${names.length - new Set(names).size} repeat a name; at most ${MAX_OBS_COLUMNS} with names of their own are read, remove the others.`,
      );
    }
    const classes = classNames(schema);
    this.#collectors = kept.map((field) => new ObsCollector(field.name, field.type, classes.get(field.name)));
    if (this.splits.length > 1 && !names.includes(SPLIT_COLUMN)) {
      this.#split = new ObsCollector(SPLIT_COLUMN, new Utf8(), undefined);
    }
    this.obsNames = [...names, ...(this.#split ? [SPLIT_COLUMN] : [])];
  }

  async *batches(): AsyncGenerator<TokenBatch> {
    for (const { place, split } of this.#shards) {
      const file = split === null ? place.name : `${split}/${place.name}`;
      let firstRow = 0;
      for await (const { schema, batch } of readRows(place)) {
        if (!batch) {
          this.#requireSame(file, schema);
          continue;
        }
        yield this.#read(file, firstRow, batch.data, split);
        firstRow += batch.numRows;
      }
    }
  }

  obs(): ObsColumn[] {
    return [...this.#collectors, ...(this.#split ? [this.#split] : [])].map((collector) => collector.finish());
  }

  #read(file: string, firstRow: number, batch: Data, split: string | null): TokenBatch {
    const nCells = batch.length;
    const fields = this.#schema.fields;
    const column = (name: string) => {
      const data = batch.children[fields.findIndex((field) => field.name === name)];
      const complain: Complain = (row, fact) => badRow(file, name, firstRow + row, fact);
      if (data.length !== nCells) throw complain(0, `it has ${data.length} rows, the batch has ${nCells}`);
      return { data, complain };
    };
    const lists = (name: string): NumberLists => {
      const { data, complain } = column(name);
      return numberLists(data, complain);
    };
    const single = (name: string): ArrayLike<number> => {
      const { data, complain } = column(name);
      if (isNumberType(data.type)) {
        const values = numberColumn(data, complain);
        const missing = values.findIndex(Number.isNaN);
        if (missing >= 0) throw complain(missing, 'it is empty');
        return values;
      }
      const { offsets, values } = numberLists(data, complain);
      for (let row = 0; row < nCells; row++)
        if (offsets[row + 1] - offsets[row] !== 1)
          throw complain(row, `it holds ${offsets[row + 1] - offsets[row]} numbers, one is expected`);
      return Float64Array.from({ length: nCells }, (_, row) => values[offsets[row]]);
    };
    const read: TokenBatch = {
      file,
      firstRow,
      nCells,
      ids: lists(TOKEN_COLUMNS.ids),
      values: this.hasValues ? lists(TOKEN_COLUMNS.values) : null,
      lengths: this.hasLengths ? single(TOKEN_COLUMNS.length) : null,
      species: this.hasSpecies ? single(TOKEN_COLUMNS.species) : null,
    };
    for (const collector of this.#collectors) {
      const { data, complain } = column(collector.name);
      collector.add(readPart(data, complain), complain);
    }
    for (let row = 0; this.#split && row < nCells; row++) this.#split.addText(split);
    return read;
  }

  #requireSame(file: string, schema: Schema): void {
    const words = ({ fields }: Schema) => fields.map(({ name, type }) => `${name}: ${String(type)}`).join(', ');
    if (words(schema) === words(this.#schema)) return;
    throw new WorkbenchError(
      'data-format',
      `${file}: its columns (${listed(schema.fields.map(({ name }) => name))}) differ in name or type from those of the first file; put files that were saved together into the folder.`,
    );
  }
}

/** Rows are told as people count, from 1. */
export function badRow(file: string, column: string, row: number, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${file}: ${column}, row ${row + 1}: ${fact}; write the data set anew from its source.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ') || 'nothing';
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
