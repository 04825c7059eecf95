import type { ObsColumn } from '../../types.ts';
import type { H5File } from '../hdf5/file.ts';
import { noSuchColumn } from '../missing.ts';
import { categoricalColumn, columnFromTexts } from '../columns.ts';

const INDEX_NAMES = ['_index', 'index', 'cell_id', 'barcode', 'barcodes', 'cells', 'genes', 'gene_names'];

/** The obs or var table of an h5ad file, in each encoding that anndata has written. */
export class H5adFrame {
  readonly path: string;
  readonly length: number;
  readonly #file: H5File;
  readonly #index: string;
  readonly #isRecords: boolean;

  constructor(file: H5File, path: string) {
    this.#file = file;
    this.path = path;
    this.#isRecords = file.kind(path) === 'dataset';
    if (file.kind(path) === null) throw file.damaged(path, 'it is missing');
    this.#index = this.#findIndex();
    this.length = this.#isRecords ? (file.info(path).shape[0] ?? 0) : this.#lengthOf(this.#index);
  }

  /** Names of the rows. */
  index(): string[] {
    if (this.#isRecords) return this.#file.field(this.path, this.#index).map(String);
    return this.#texts(this.#index);
  }

  /** Column names in the order of the file, without the index. */
  names(): string[] {
    const present = this.#isRecords
      ? (this.#file.info(this.path).fields ?? [])
      : this.#file.keys(this.path).filter((key) => key !== '__categories');
    const order = this.#file.attribute(this.path, 'column-order');
    const wanted = Array.isArray(order) ? order.map(String) : typeof order === 'string' ? [order] : [];
    const known = new Set(present.filter((name) => name !== this.#index));
    const ordered = [...new Set(wanted)].filter((name) => known.has(name));
    return [...ordered, ...[...known].filter((name) => !ordered.includes(name))];
  }

  /** Throws not-found, data-format. */
  column(name: string): ObsColumn {
    if (!this.names().includes(name)) throw noSuchColumn(this.#file.name, name, this.names());
    const column = this.#read(name);
    const length = column.kind === 'categorical' ? column.codes.length : column.values.length;
    if (length !== this.length) {
      throw this.#file.damaged(`${this.path}/${name}`, `it has ${length} values for ${this.length} rows`);
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
    if (this.#file.kind(at) === 'group') return this.#readGroup(name, at);
    const info = this.#file.info(at);
    if (info.shape.length !== 1)
      throw this.#file.damaged(at, `a column has one dimension, this has ${info.shape.length}`);
    if (info.type === 'string') return columnFromTexts(name, this.#file.strings(at));
    const legacy = `${this.path}/__categories/${name}`;
    if (this.#file.kind(legacy) === 'dataset') {
      return this.#categorical(name, at, this.#categoryNames(legacy), this.#file.numbers(at));
    }
    if (info.type === 'enum' && info.members) {
      const labels = [...info.members.values()].map((label) => label.toUpperCase()).sort();
      if (labels.join() === 'FALSE,TRUE') {
        return { name, kind: 'boolean', values: Int8Array.from(this.#file.numbers(at), (value) => (value ? 1 : 0)) };
      }
      const codes = [...info.members.keys()];
      const position = new Map(codes.map((code, i) => [code, i]));
      const values = Int32Array.from(
        this.#file.numbers(at),
        (code) => position.get(code) ?? (code === -1 ? -1 : codes.length),
      );
      return this.#categorical(
        name,
        at,
        codes.map((code) => info.members!.get(code)!),
        values,
      );
    }
    if (info.type === 'number' || info.type === 'float') {
      return { name, kind: 'number', values: Float64Array.from(this.#file.numbers(at)) };
    }
    throw this.#file.damaged(at, 'its type is not one a column can have');
  }

  #readGroup(name: string, at: string): ObsColumn {
    const encoding = String(this.#file.attribute(at, 'encoding-type') ?? '');
    if (this.#file.kind(`${at}/codes`) === 'dataset') {
      return this.#categorical(name, at, this.#categoryNames(`${at}/categories`), this.#file.numbers(`${at}/codes`));
    }
    if (this.#file.kind(`${at}/values`) === 'dataset' && this.#file.kind(`${at}/mask`) === 'dataset') {
      return this.#nullable(name, at, encoding);
    }
    throw this.#file.damaged(at, `its encoding "${encoding}" is not one of categorical, nullable or plain`);
  }

  #nullable(name: string, at: string, encoding: string): ObsColumn {
    const mask = this.#file.numbers(`${at}/mask`);
    const values = `${at}/values`;
    const { type, shape } = this.#file.info(values);
    if (shape[0] !== mask.length) throw this.#file.damaged(at, `${mask.length} flags contradict ${shape[0]} values`);
    if (type === 'string') {
      return columnFromTexts(
        name,
        this.#file.strings(values).map((text, i) => (mask[i] ? null : text)),
      );
    }
    const numbers = this.#file.numbers(values);
    if (encoding === 'nullable-boolean' || type === 'enum') {
      return { name, kind: 'boolean', values: Int8Array.from(numbers, (value, i) => (mask[i] ? -1 : value ? 1 : 0)) };
    }
    return { name, kind: 'number', values: Float64Array.from(numbers, (value, i) => (mask[i] ? Number.NaN : value)) };
  }

  #categorical(name: string, at: string, categories: string[], codes: ArrayLike<number>): ObsColumn {
    const column = categoricalColumn(name, categories, codes);
    if (!column) throw this.#file.damaged(at, `it has codes outside its ${categories.length} categories`);
    return column;
  }

  #categoryNames(at: string): string[] {
    if (this.#file.kind(at) === 'group') return this.#nullableTexts(at);
    const { type } = this.#file.info(at);
    return type === 'string' ? this.#file.strings(at) : Array.from(this.#file.numbers(at), String);
  }

  #nullableTexts(at: string): string[] {
    return this.#file.strings(`${at}/values`);
  }

  #readRecordField(name: string): ObsColumn {
    const values = this.#file.field(this.path, name);
    const categories = `uns/${name}_categories`;
    if (this.#file.kind(categories) === 'dataset') {
      return this.#categorical(name, this.path, this.#categoryNames(categories), values.map(Number));
    }
    if (values.every((value) => typeof value === 'number')) {
      return { name, kind: 'number', values: Float64Array.from(values) };
    }
    return columnFromTexts(name, values.map(String));
  }

  #texts(name: string): string[] {
    const at = `${this.path}/${name}`;
    if (this.#file.kind(at) === 'group') return this.texts(name) ?? this.#nullableTexts(at);
    return this.#file.info(at).type === 'string' ? this.#file.strings(at) : Array.from(this.#file.numbers(at), String);
  }

  #lengthOf(name: string): number {
    const at = `${this.path}/${name}`;
    const values = ['', '/codes', '/values']
      .map((part) => at + part)
      .find((part) => this.#file.kind(part) === 'dataset');
    if (!values) throw this.#file.damaged(at, 'the names of its rows are missing');
    return this.#file.info(values).shape[0] ?? 0;
  }

  #findIndex(): string {
    const fields = this.#isRecords ? (this.#file.info(this.path).fields ?? []) : this.#file.keys(this.path);
    const named = this.#file.attribute(this.path, '_index');
    const found = [String(named ?? ''), ...INDEX_NAMES].find((name) => fields.includes(name));
    if (found === undefined) throw this.#file.damaged(this.path, 'the names of its rows are missing');
    return found;
  }
}
