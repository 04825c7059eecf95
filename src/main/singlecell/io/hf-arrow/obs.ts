import { type Data, DataType } from 'apache-arrow';
import type { ObsColumn } from '../../types.ts';
import { categoricalColumn, columnFromTexts } from '../columns.ts';
import { booleanColumn, type Complain, isNumberType, isTextType, numberColumn, textColumn } from './columns.ts';

type Part =
  | { kind: 'text'; values: (string | null)[] }
  | { kind: 'number'; values: Float64Array }
  | { kind: 'boolean'; values: Int8Array };

/** Whether a column of this type can be an annotation of cells. */
export function canAnnotate(type: DataType): boolean {
  const plain = DataType.isDictionary(type) ? type.dictionary : type;
  return isTextType(plain) || (plain === type && (isNumberType(type) || DataType.isBool(type)));
}

/** The part of an annotation that lies in one batch. Throws what `complain` gives. */
export function readPart(data: Data, complain: Complain): Part {
  if (DataType.isBool(data.type)) return { kind: 'boolean', values: booleanColumn(data, complain) };
  if (isNumberType(data.type)) return { kind: 'number', values: numberColumn(data, complain) };
  return { kind: 'text', values: textColumn(data, complain) };
}

/** Gathers one annotation from batch after batch. */
export class ObsCollector {
  readonly name: string;
  readonly #classes: readonly string[] | undefined;
  readonly #kind: Part['kind'];
  readonly #texts: (string | null)[] = [];
  readonly #known = new Map<string, string>();
  #numbers = new Float64Array(1024);
  #n = 0;

  constructor(name: string, type: DataType, classes: readonly string[] | undefined) {
    this.name = name;
    this.#classes = isNumberType(type) ? classes : undefined;
    this.#kind = DataType.isBool(type) ? 'boolean' : isNumberType(type) ? 'number' : 'text';
  }

  /** Throws what `complain` gives where a class has no name. */
  add(part: Part, complain: Complain): void {
    if (part.kind === 'text') {
      for (const text of part.values) this.addText(text);
      return;
    }
    const classes = this.#classes;
    for (let row = 0; row < part.values.length; row++) {
      const value = part.values[row];
      if (classes && !Number.isNaN(value) && !(Number.isInteger(value) && value >= -1 && value < classes.length))
        throw complain(row, `its class ${value} is none of the ${classes.length} the file names`);
      if (this.#n === this.#numbers.length) {
        const longer = new Float64Array(2 * this.#n);
        longer.set(this.#numbers);
        this.#numbers = longer;
      }
      this.#numbers[this.#n++] = value;
    }
  }

  addText(text: string | null): void {
    if (text === null) {
      this.#texts.push(null);
      return;
    }
    const known = this.#known.get(text);
    if (known === undefined) this.#known.set(text, text);
    this.#texts.push(known ?? text);
  }

  finish(): ObsColumn {
    const { name } = this;
    if (this.#kind === 'text') return columnFromTexts(name, this.#texts);
    const values = this.#numbers.slice(0, this.#n);
    if (this.#kind === 'boolean') return { name, kind: 'boolean', values: Int8Array.from(values) };
    if (!this.#classes) return { name, kind: 'number', values };
    const codes = Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value));
    return categoricalColumn(name, this.#classes, codes) ?? { name, kind: 'number', values };
  }
}
