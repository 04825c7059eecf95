import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { CODE_LANGUAGE, HAS_ATTRIBUTES, HAS_TAG, LATIN1, TYPE } from './type-codes.ts';
import { unpack } from './unpack.ts';
import type { Attributes, RValue } from './values.ts';

const MAX_DEPTH = 1500;
const MAX_LENGTH = 2 ** 40;
/** Vectors of an object that are held at once. */
const MAX_KEPT_BYTES = 3 * 1024 ** 3;
/** Texts and references; a dataset of a million cells has some millions. */
const MAX_ITEMS = 200_000_000;
/** Texts of a vector within an outline. */
const MAX_OUTLINED = 1000;
const NULL: RValue = { kind: 'null' };
const NO_ATTRIBUTES: Attributes = new Map();

export interface Pair {
  tag: string;
  value: RValue;
}

/**
 * Slots and attributes that no reader of cells asks for are passed over without being held; told by name and by what came before.
 * Of an outline only names and structure are held: no numbers, no long lists of texts.
 */
export type Skip = (slot: string, before: readonly Pair[]) => boolean | 'outline';

/** Reads one value from a serialised stream, behind its header. */
export class ValueReader {
  readonly #in: ByteReader;
  readonly #name: string;
  readonly #skip: Skip;
  readonly #references: RValue[] = [];
  readonly #texts = new Map<string, string>();
  /** Of the level of code being read. */
  #code: RValue[] = [];
  #skipping = 0;
  #outlining = 0;
  #keptBytes = 0;
  #nItems = 0;

  constructor(source: ByteReader, name: string, skip: Skip) {
    this.#in = source;
    this.#name = name;
    this.#skip = skip;
  }

  /** Throws data-format, unsupported, EndOfBytes. */
  async read(depth = 0): Promise<RValue> {
    return this.#item(await this.#in.readInt32(), depth);
  }

  async #item(flags: number, depth: number): Promise<RValue> {
    if (depth > MAX_DEPTH) throw this.#bad(`it is nested more than ${MAX_DEPTH} levels deep`);
    this.#count();
    const type = flags & 0xff;
    switch (type) {
      case TYPE.null:
      case TYPE.missingArgument:
      case TYPE.unbound:
        return NULL;
      case TYPE.emptyEnvironment:
      case TYPE.baseEnvironment:
      case TYPE.globalEnvironment:
      case TYPE.baseNamespace:
        return { kind: 'environment', variables: NO_ATTRIBUTES };
      case TYPE.reference:
        return this.#reference(flags >>> 8 || (await this.#in.readInt32()));
      case TYPE.symbol:
        return this.#remember({ kind: 'symbol', name: (await this.#text(await this.#in.readInt32(), true)) ?? 'NA' });
      case TYPE.persistent:
      case TYPE.package:
      case TYPE.namespace:
        return this.#namedPlace(depth);
      case TYPE.environment:
        return this.#environment(depth);
      case TYPE.pairlist:
      case TYPE.language:
      case TYPE.closure:
      case TYPE.promise:
      case TYPE.dots:
      case TYPE.attributePairlist:
      case TYPE.attributeLanguage:
        return this.#pairs(type, flags, depth);
      case TYPE.altrep:
        return this.#altrep(depth);
      case TYPE.text: {
        const text = await this.#text(flags);
        return { kind: 'string', values: [text], attributes: NO_ATTRIBUTES };
      }
      case TYPE.pointer:
      case TYPE.weakReference: {
        const value = this.#remember({ kind: 'other', type: 'pointer' });
        if (type === TYPE.pointer) {
          await this.read(depth + 1);
          await this.read(depth + 1);
        }
        await this.#attributes(flags, depth);
        return value;
      }
      case TYPE.special:
      case TYPE.builtin:
        await this.#in.skip(await this.#length());
        await this.#attributes(flags, depth);
        return { kind: 'other', type: 'function' };
      case TYPE.bytecode: {
        const before = this.#code;
        this.#code = new Array<RValue>(Math.min(await this.#length(), 1_000_000)).fill(NULL);
        await this.#byteCode(depth);
        this.#code = before;
        await this.#attributes(flags, depth);
        return { kind: 'other', type: 'function' };
      }
      case TYPE.s4:
        return { kind: 's4', attributes: await this.#attributes(flags, depth) };
      default:
        return this.#vector(type, flags, depth);
    }
  }

  async #vector(type: number, flags: number, depth: number): Promise<RValue> {
    switch (type) {
      case TYPE.logical:
      case TYPE.integer: {
        const kind = type === TYPE.integer ? 'integer' : 'logical';
        const buffer = await this.#numbers(await this.#length(), 4);
        const attributes = await this.#attributes(flags, depth);
        if (typeof buffer === 'number') return { kind: 'skipped', length: buffer, attributes };
        return { kind, values: new Int32Array(buffer), attributes };
      }
      case TYPE.double: {
        const buffer = await this.#numbers(await this.#length(), 8);
        const attributes = await this.#attributes(flags, depth);
        if (typeof buffer === 'number') return { kind: 'skipped', length: buffer, attributes };
        return { kind: 'double', values: new Float64Array(buffer), attributes };
      }
      case TYPE.complex:
      case TYPE.raw: {
        const length = await this.#length();
        await this.#in.skip(length * (type === TYPE.raw ? 1 : 16));
        return { kind: 'skipped', length, attributes: await this.#attributes(flags, depth) };
      }
      case TYPE.string: {
        const length = await this.#length();
        const values: (string | null)[] = [];
        const isHeld = this.#skipping === 0 && (this.#outlining === 0 || length <= MAX_OUTLINED);
        if (!isHeld) this.#skipping++;
        for (let i = 0; i < length; i++) {
          this.#count();
          if (this.#in.ready < 4) await this.#in.need(4);
          const text = await this.#text(this.#in.int32());
          if (isHeld) values.push(text);
        }
        if (!isHeld) this.#skipping--;
        return { kind: 'string', values, attributes: await this.#attributes(flags, depth) };
      }
      case TYPE.list:
      case TYPE.expression: {
        const length = await this.#length();
        const values: RValue[] = [];
        for (let i = 0; i < length; i++) {
          const value = await this.read(depth + 1);
          if (this.#skipping === 0) values.push(value);
        }
        return { kind: 'list', values, attributes: await this.#attributes(flags, depth) };
      }
      default:
        throw this.#bad(`it holds a value of the unknown type ${type}`);
    }
  }

  /** The values in the order of this machine; their number where they are passed over. */
  async #numbers(length: number, width: 4 | 8): Promise<ArrayBuffer | number> {
    const sizeBytes = length * width;
    if (this.#skipping > 0 || this.#outlining > 0) {
      await this.#in.skip(sizeBytes);
      return length;
    }
    this.#keep(sizeBytes);
    const buffer = await this.#in.readLong(sizeBytes);
    if (!this.#in.littleEndian) {
      const bytes = Buffer.from(buffer);
      if (width === 4) bytes.swap32();
      else bytes.swap64();
    }
    return buffer;
  }

  #keep(sizeBytes: number): void {
    this.#keptBytes += sizeBytes;
    if (this.#keptBytes > MAX_KEPT_BYTES) {
      throw new WorkbenchError(
        'unsupported',
        `${this.#name}: its vectors need more than ${MAX_KEPT_BYTES / 1024 ** 3} GB, and R objects are held in memory; write the counts in R with DropletUtils::write10xCounts("counts.h5", counts, type = "HDF5", version = "3") and import that file.`,
      );
    }
  }

  /** A text with its flags read; null for NA. Equal texts share memory. */
  async #text(flags: number, isName = false): Promise<string | null> {
    if ((flags & 0xff) !== TYPE.text) throw this.#bad('a text is expected and something else stands there');
    if (this.#in.ready < 4) await this.#in.need(4);
    const length = this.#in.int32();
    if (length === -1) return null;
    if (length < 0 || length > 100_000_000) throw this.#bad(`a text announces ${length} bytes`);
    if (this.#in.ready < length) await this.#in.need(length);
    const bytes = this.#in.bytes(length);
    // A name in a part that is passed over may be referred to from elsewhere.
    if (this.#skipping > 0 && !isName) return '';
    const text = bytes.toString(flags & LATIN1 ? 'latin1' : 'utf8');
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  async #attributes(flags: number, depth: number): Promise<Attributes> {
    if (!(flags & HAS_ATTRIBUTES)) return NO_ATTRIBUTES;
    const listFlags = await this.#in.readInt32();
    if ((listFlags & 0xff) === TYPE.null) return NO_ATTRIBUTES;
    if ((listFlags & 0xff) !== TYPE.pairlist)
      throw this.#bad('attributes are expected and something else stands there');
    const found = new Map<string, RValue>();
    for (const { tag, value } of await this.#pairList(listFlags, depth)) found.set(tag, value);
    return found;
  }

  /** Pairs of a list whose first flags are read; without recursion along the list. */
  async #pairList(firstFlags: number, depth: number): Promise<Pair[]> {
    const pairs: Pair[] = [];
    let flags = firstFlags;
    for (;;) {
      const type = flags & 0xff;
      if (type !== TYPE.pairlist && type !== TYPE.language && type !== TYPE.attributePairlist) break;
      this.#count();
      if (flags & HAS_ATTRIBUTES) await this.read(depth + 1);
      let tag = '';
      if (flags & HAS_TAG) {
        const symbol = await this.read(depth + 1);
        tag = symbol.kind === 'symbol' ? symbol.name : '';
      }
      const how = this.#skip(tag, pairs);
      const isSkipped = how === true;
      const isOutline = how === 'outline';
      if (isSkipped) this.#skipping++;
      if (isOutline) this.#outlining++;
      const value = await this.read(depth + 1);
      if (isSkipped) this.#skipping--;
      if (isOutline) this.#outlining--;
      if (this.#skipping === 0 && !isSkipped) pairs.push({ tag, value });
      flags = await this.#in.readInt32();
    }
    if ((flags & 0xff) !== TYPE.null) await this.#item(flags, depth + 1);
    return pairs;
  }

  /** Lists of pairs become lists; functions and code are read over. */
  async #pairs(type: number, flags: number, depth: number): Promise<RValue> {
    if (type === TYPE.pairlist || type === TYPE.language) {
      const pairs = await this.#pairList(flags, depth);
      if (type === TYPE.language) return { kind: 'other', type: 'call' };
      const names: RValue = { kind: 'string', values: pairs.map(({ tag }) => tag), attributes: NO_ATTRIBUTES };
      return { kind: 'list', values: pairs.map(({ value }) => value), attributes: new Map([['names', names]]) };
    }
    this.#skipping++;
    if (flags & HAS_ATTRIBUTES) await this.read(depth + 1);
    if (flags & HAS_TAG) await this.read(depth + 1);
    await this.read(depth + 1);
    await this.read(depth + 1);
    this.#skipping--;
    return { kind: 'other', type: type === TYPE.closure ? 'function' : 'promise' };
  }

  async #environment(depth: number): Promise<RValue> {
    await this.#in.readInt32();
    const variables = new Map<string, RValue>();
    const value = this.#remember({ kind: 'environment', variables });
    await this.read(depth + 1);
    const frame = await this.read(depth + 1);
    const table = await this.read(depth + 1);
    await this.read(depth + 1);
    for (const part of [frame, ...(table.kind === 'list' ? table.values : [])]) {
      const names = part.kind === 'list' ? part.attributes.get('names') : undefined;
      if (part.kind !== 'list' || names?.kind !== 'string') continue;
      part.values.forEach((item, i) => variables.set(names.values[i] ?? '', item));
    }
    return value;
  }

  async #namedPlace(depth: number): Promise<RValue> {
    await this.#in.readInt32();
    const length = await this.#in.readInt32();
    for (let i = 0; i < length; i++) await this.read(depth + 1);
    return this.#remember({ kind: 'environment', variables: NO_ATTRIBUTES });
  }

  /** Vectors that R keeps in another form than their values. Source: R 4.2 src/main/altclasses.c. */
  async #altrep(depth: number): Promise<RValue> {
    const info = await this.read(depth + 1);
    const state = await this.read(depth + 1);
    const attributes = attributesFrom(await this.read(depth + 1));
    const [symbol] = info.kind === 'list' ? info.values : [];
    const name = symbol?.kind === 'symbol' ? symbol.name : '';
    if (this.#skipping > 0 || this.#outlining > 0) return { kind: 'skipped', length: 0, attributes };
    const unpacked = unpack(name, state, attributes);
    if (!unpacked) {
      throw new WorkbenchError(
        'unsupported',
        `${this.#name}: it keeps a vector as "${name.slice(0, 40)}", which only R can unpack; in R save it with saveRDS(x, file, version = 2).`,
      );
    }
    if ('values' in unpacked) this.#keep(8 * unpacked.values.length);
    return unpacked;
  }

  async #byteCode(depth: number): Promise<void> {
    await this.read(depth + 1);
    const nConstants = await this.#length();
    for (let i = 0; i < nConstants; i++) {
      const type = await this.#in.readInt32();
      if (type === TYPE.bytecode) await this.#byteCode(depth + 1);
      else if (CODE_LANGUAGE.has(type)) await this.#codeLanguage(type, depth + 1);
      else await this.read(depth + 1);
    }
  }

  async #codeLanguage(type: number, depth: number): Promise<void> {
    this.#count();
    if (depth > MAX_DEPTH) throw this.#bad(`it is nested more than ${MAX_DEPTH} levels deep`);
    if (type === TYPE.codeReference) {
      await this.#in.readInt32();
      return;
    }
    let inner = type;
    if (inner === TYPE.codeDefinition) {
      await this.#in.readInt32();
      inner = await this.#in.readInt32();
    }
    if (!CODE_LANGUAGE.has(inner)) {
      await this.read(depth + 1);
      return;
    }
    if (inner === TYPE.attributeLanguage || inner === TYPE.attributePairlist) await this.read(depth + 1);
    await this.read(depth + 1);
    await this.#codeLanguage(await this.#in.readInt32(), depth + 1);
    await this.#codeLanguage(await this.#in.readInt32(), depth + 1);
  }

  #remember<T extends RValue>(value: T): T {
    this.#references.push(value);
    return value;
  }

  #reference(index: number): RValue {
    const value = this.#references[index - 1];
    if (!value) throw this.#bad(`it refers to value ${index} of ${this.#references.length}`);
    return value;
  }

  async #length(): Promise<number> {
    const length = await this.#in.readInt32();
    if (length >= 0) return length;
    if (length !== -1) throw this.#bad(`a vector announces ${length} values`);
    const high = await this.#in.readInt32();
    const low = (await this.#in.readInt32()) >>> 0;
    const long = high * 2 ** 32 + low;
    if (!(high >= 0 && long <= MAX_LENGTH)) throw this.#bad(`a vector announces ${long} values`);
    return long;
  }

  #count(): void {
    if (++this.#nItems > MAX_ITEMS) throw this.#bad(`it holds more than ${MAX_ITEMS} values`);
  }

  #bad(fact: string): WorkbenchError {
    return new WorkbenchError(
      'data-format',
      `${this.#name}: ${fact}, so it is damaged; copy it again or save it anew with saveRDS in R.`,
    );
  }
}

function attributesFrom(value: RValue): Attributes {
  if (value.kind !== 'list') return NO_ATTRIBUTES;
  const names = value.attributes.get('names');
  return new Map(value.values.map((item, i) => [names?.kind === 'string' ? (names.values[i] ?? '') : '', item]));
}
