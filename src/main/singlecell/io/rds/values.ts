/** What an R object is made of, as far as data need it. A missing integer or logical is `MISSING_INTEGER`. */
export type RValue =
  | { kind: 'null' }
  | { kind: 'integer' | 'logical'; values: Int32Array; attributes: Attributes }
  | { kind: 'double'; values: Float64Array; attributes: Attributes }
  | { kind: 'string'; values: (string | null)[]; attributes: Attributes }
  | { kind: 'list'; values: RValue[]; attributes: Attributes }
  /** An object with slots; they are its attributes. */
  | { kind: 's4'; attributes: Attributes }
  | { kind: 'symbol'; name: string }
  | { kind: 'environment'; variables: Attributes }
  /** A vector that was passed over because nobody asks for it. */
  | { kind: 'skipped'; length: number; attributes: Attributes }
  /** Functions, code, pointers: nothing that is data. */
  | { kind: 'other'; type: string };

export type Attributes = ReadonlyMap<string, RValue>;

/** R's NA of integers and truth values. */
export const MISSING_INTEGER = -2147483648;

const NO_ATTRIBUTES: Attributes = new Map();

export function attributesOf(value: RValue | undefined): Attributes {
  return value && 'attributes' in value ? value.attributes : NO_ATTRIBUTES;
}

/** An attribute or slot; undefined where there is none. */
export function attribute(value: RValue | undefined, name: string): RValue | undefined {
  return attributesOf(value).get(name);
}

/** Texts of a character vector; undefined for anything else. */
export function texts(value: RValue | undefined): (string | null)[] | undefined {
  return value?.kind === 'string' ? value.values : undefined;
}

/** Class names, the most special first; none for a plain value. */
export function classesOf(value: RValue | undefined): string[] {
  return (texts(attribute(value, 'class')) ?? []).filter((name) => name !== null);
}

export function isClass(value: RValue | undefined, ...names: string[]): boolean {
  return classesOf(value).some((name) => names.includes(name));
}

/** Elements of a list by name, in order; the last of equal names counts. */
export function entriesOf(value: RValue | undefined): Map<string, RValue> {
  const found = new Map<string, RValue>();
  if (value?.kind !== 'list') return found;
  const names = texts(attribute(value, 'names')) ?? [];
  value.values.forEach((item, i) => found.set(names[i] ?? `[[${i + 1}]]`, item));
  return found;
}

/** Whole or broken numbers with NA as NaN; undefined for anything else. */
export function numbersOf(value: RValue | undefined): Int32Array | Float64Array | undefined {
  if (value?.kind === 'double') return value.values;
  return value?.kind === 'integer' || value?.kind === 'logical' ? value.values : undefined;
}

/** Words for a value in a message: its class, or what it is. */
export function wordsFor(value: RValue): string {
  const [first] = classesOf(value);
  if (first !== undefined) return `an object of class "${printable(first)}"`;
  switch (value.kind) {
    case 'null':
      return 'NULL';
    case 'list':
      return 'a list';
    case 'environment':
      return 'an environment';
    case 'other':
      return `a ${value.type}`;
    default:
      return `a plain ${value.kind} vector`;
  }
}

export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
