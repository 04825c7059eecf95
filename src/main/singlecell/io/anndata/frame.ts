import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../../types.ts';
import { categoricalColumn, columnFromTexts } from '../columns.ts';
import { noSuchColumn } from '../missing.ts';
import type { NodeTree } from './node-tree.ts';

const INDEX_NAMES = ['_index', 'index', 'cell_id', 'barcode', 'barcodes', 'cells', 'genes', 'gene_names'];

/** The obs or var table of an AnnData object, in each encoding that anndata has written. */
export class Frame {
  readonly path: string;
  readonly length: number;
  readonly #tree: NodeTree;
  readonly #index: string;
  readonly #isRecords: boolean;

  constructor(tree: NodeTree, path: string) {
    this.#tree = tree;
    this.path = path;
    this.#isRecords = tree.kind(path) === 'dataset';
    if (tree.kind(path) === null) throw tree.damaged(path, 'it is missing');
    this.#index = this.#findIndex();
    this.length = this.#isRecords ? (tree.info(path).shape[0] ?? 0) : this.#lengthOf(this.#index);
  }

  /** Names of the rows. */
  index(): string[] {
    if (this.#isRecords) return this.#tree.field(this.path, this.#index).map(String);
    return this.#texts(this.#index);
  }

  /** Column names in the order of the file, without the index. */
  names(): string[] {
    const present = this.#isRecords
      ? (this.#tree.info(this.path).fields ?? [])
      : this.#tree.keys(this.path).filter((key) => key !== '__categories');
    const order = this.#tree.attribute(this.path, 'column-order');
    const wanted = Array.isArray(order) ? order.map(String) : typeof order === 'string' ? [order] : [];
    const known = present.filter((name) => name !== this.#index);
    // A slash in the name of a column makes a group of what stands before it.
    const isNested = (name: string) => name.includes('/') && this.#tree.kind(`${this.path}/${name}`) !== null;
    const ordered = [...new Set(wanted)].filter((name) => known.includes(name) || isNested(name));
    const isListed = (name: string) => ordered.some((listed) => listed === name || listed.startsWith(`${name}/`));
    return [...ordered, ...known.filter((name) => !isListed(name))];
  }

  /** Throws not-found, data-format. */
  column(name: string): ObsColumn {
    if (!this.names().includes(name)) throw noSuchColumn(this.#tree.name, name, this.names());
    const column = this.#read(name);
    const length = column.kind === 'categorical' ? column.codes.length : column.values.length;
    if (length !== this.length) {
      throw this.#tree.damaged(`${this.path}/${name}`, `it has ${length} values for ${this.length} rows`);
    }
    return column;
  }

  /** A column as one text per row; null when the frame has no such column. */
  texts(name: string): string[] | null {
    if (!this.names().includes(name)) return null;
    const column = this.column(name);
    switch (column.kind) {
      case 'categorical':
        return Array.from(column.codes, (code) => (code < 0 ? '' : column.categories[code]));
      case 'text':
        return column.values.map((value) => value ?? '');
      default:
        return Array.from(column.values, String);
    }
  }

  #read(name: string): ObsColumn {
    if (this.#isRecords) return this.#readRecordField(name);
    const at = `${this.path}/${name}`;
    if (this.#tree.kind(at) === 'group') return this.#readGroup(name, at);
    const { shape, type, members } = this.#tree.info(at);
    if (shape.length !== 1) throw this.#noColumn(at, `a table of ${shape.length} dimensions`);
    if (type === 'string') return columnFromTexts(name, this.#tree.strings(at));
    const legacy = `${this.path}/__categories/${name}`;
    if (this.#tree.kind(legacy) === 'dataset') {
      return this.#categorical(name, at, this.#categoryNames(legacy), this.#tree.numbers(at));
    }
    if (type === 'boolean') return { name, kind: 'boolean', values: Int8Array.from(this.#tree.numbers(at), toFlag) };
    if (type === 'enum' && members) return this.#labelled(name, at, members);
    if (type === 'number' || type === 'float') {
      return { name, kind: 'number', values: Float64Array.from(this.#tree.numbers(at)) };
    }
    throw this.#noColumn(at, 'of a type that is neither number nor text');
  }

  /** An HDF5 enum: each number has a label. */
  #labelled(name: string, at: string, members: ReadonlyMap<number, string>): ObsColumn {
    const position = new Map([...members.keys()].map((code, i) => [code, i]));
    const codes = Int32Array.from(
      this.#tree.numbers(at),
      (code) => position.get(code) ?? (code === -1 ? -1 : members.size),
    );
    return this.#categorical(name, at, [...members.values()], codes);
  }

  #readGroup(name: string, at: string): ObsColumn {
    const encoding = String(this.#tree.attribute(at, 'encoding-type') ?? '');
    if (this.#tree.kind(`${at}/codes`) === 'dataset') {
      return this.#categorical(name, at, this.#categoryNames(`${at}/categories`), this.#tree.numbers(`${at}/codes`));
    }
    if (this.#tree.kind(`${at}/values`) === 'dataset' && this.#tree.kind(`${at}/mask`) === 'dataset') {
      return this.#nullable(name, at, encoding);
    }
    throw this.#noColumn(at, `a group of encoding "${encoding}"`);
  }

  #nullable(name: string, at: string, encoding: string): ObsColumn {
    const mask = this.#tree.numbers(`${at}/mask`);
    const values = `${at}/values`;
    const { type, shape } = this.#tree.info(values);
    if (shape[0] !== mask.length) throw this.#tree.damaged(at, `${mask.length} flags contradict ${shape[0]} values`);
    if (type === 'string') {
      return columnFromTexts(
        name,
        this.#tree.strings(values).map((text, i) => (mask[i] ? null : text)),
      );
    }
    const numbers = this.#tree.numbers(values);
    if (encoding === 'nullable-boolean' || type === 'boolean') {
      return { name, kind: 'boolean', values: Int8Array.from(numbers, (value, i) => (mask[i] ? -1 : toFlag(value))) };
    }
    return { name, kind: 'number', values: Float64Array.from(numbers, (value, i) => (mask[i] ? Number.NaN : value)) };
  }

  #categorical(name: string, at: string, categories: string[], codes: ArrayLike<number>): ObsColumn {
    const column = categoricalColumn(name, categories, codes);
    if (!column) throw this.#tree.damaged(at, `it has codes outside its ${categories.length} categories`);
    return column;
  }

  #categoryNames(at: string): string[] {
    if (this.#tree.kind(at) === 'group') return this.#nullableTexts(at);
    const { type } = this.#tree.info(at);
    if (type === 'boolean') return Array.from(this.#tree.numbers(at), (value) => (value ? 'True' : 'False'));
    return type === 'string' ? this.#tree.strings(at) : Array.from(this.#tree.numbers(at), String);
  }

  #nullableTexts(at: string): string[] {
    return this.#tree.strings(`${at}/values`);
  }

  #readRecordField(name: string): ObsColumn {
    const values = this.#tree.field(this.path, name);
    const categories = `uns/${name}_categories`;
    if (this.#tree.kind(categories) === 'dataset') {
      return this.#categorical(name, this.path, this.#categoryNames(categories), values.map(Number));
    }
    if (values.every((value) => typeof value === 'number')) {
      return { name, kind: 'number', values: Float64Array.from(values) };
    }
    return columnFromTexts(name, values.map(String));
  }

  #texts(name: string): string[] {
    const at = `${this.path}/${name}`;
    if (this.#tree.kind(at) === 'group') return this.texts(name) ?? this.#nullableTexts(at);
    return this.#tree.info(at).type === 'string' ? this.#tree.strings(at) : Array.from(this.#tree.numbers(at), String);
  }

  #noColumn(at: string, what: string): WorkbenchError {
    return new WorkbenchError(
      'unsupported',
      `${this.#tree.name}: ${at} is ${what}, one number or text per row is expected; write it as a plain column if it is needed.`,
    );
  }

  #lengthOf(name: string): number {
    const at = `${this.path}/${name}`;
    const values = ['', '/codes', '/values']
      .map((part) => at + part)
      .find((part) => this.#tree.kind(part) === 'dataset');
    if (!values) throw this.#tree.damaged(at, 'the names of its rows are missing');
    const { shape } = this.#tree.info(values);
    if (shape.length !== 1) throw this.#tree.damaged(at, `the names of its rows have ${shape.length} dimensions`);
    return shape[0];
  }

  #findIndex(): string {
    const fields = this.#isRecords ? (this.#tree.info(this.path).fields ?? []) : this.#tree.keys(this.path);
    const named = this.#tree.attribute(this.path, '_index');
    const found = [String(named ?? ''), ...INDEX_NAMES].find((name) => fields.includes(name));
    if (found === undefined) throw this.#tree.damaged(this.path, 'the names of its rows are missing');
    return found;
  }
}

function toFlag(value: number): 0 | 1 {
  return value ? 1 : 0;
}
