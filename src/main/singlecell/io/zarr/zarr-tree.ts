import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArrayInfo, NodeTree } from '../anndata/node-tree.ts';
import { MAX_ANNOTATION_BYTES, MAX_CELLS } from '../limits.ts';
import type { Numbers } from '../numbers.ts';
import type { Place } from '../place.ts';
import { damaged, readNodes, type ZarrNode } from './nodes.ts';
import { ZarrArray } from './zarr-array.ts';

/** Groups whose lists are held while a store is open. */
const ANNOTATIONS = /^(obs|var|raw\/var)\//;

/**
 * A zarr store as a tree of nodes.
 *
 * Note: annotations are unpacked on opening, since a folder or an archive can be read only asynchronously, and each
 * use of a store wants them all; what cannot be unpacked is an error when it is asked for. Matrices stream.
 */
export class ZarrTree implements NodeTree {
  readonly name: string;
  readonly #nodes: ReadonlyMap<string, ZarrNode>;
  readonly #arrays = new Map<string, ZarrArray>();
  readonly #annotations = new Map<string, Numbers | string[] | WorkbenchError>();

  private constructor(name: string, nodes: ReadonlyMap<string, ZarrNode>) {
    this.name = name;
    this.#nodes = nodes;
  }

  /** `name` is for messages. Throws data-format. */
  static async open(place: Place, name: string): Promise<ZarrTree> {
    return new ZarrTree(name, await readNodes(place, name));
  }

  /** Unpacks the annotations; before, only the structure can be asked for. */
  async loadAnnotations(): Promise<void> {
    let heldBytes = 0;
    for (const at of this.#nodes.keys()) {
      if (!ANNOTATIONS.test(at) || this.kind(at) !== 'dataset') continue;
      const values = await this.#load(at, MAX_ANNOTATION_BYTES - heldBytes).catch((thrown: unknown) => {
        if (thrown instanceof WorkbenchError) return thrown;
        throw thrown;
      });
      heldBytes += bytesOf(values);
      this.#annotations.set(at, values);
      this.#arrays.delete(at);
    }
  }

  kind(at: string): 'group' | 'dataset' | null {
    const node = this.#nodes.get(at);
    return node ? (node.array ? 'dataset' : 'group') : null;
  }

  keys(at: string): string[] {
    const prefix = at === '/' ? '' : `${at}/`;
    const names = [...this.#nodes.keys()].filter((path) => path !== '/' && path.startsWith(prefix));
    return names.map((path) => path.slice(prefix.length)).filter((name) => !name.includes('/'));
  }

  attribute(at: string, name: string): unknown {
    const attributes = this.#nodes.get(at)?.attributes;
    return attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  info(at: string): ArrayInfo {
    return this.#array(at).header.info;
  }

  numbers(at: string): Numbers {
    const values = this.#annotation(at);
    if (Array.isArray(values)) throw this.damaged(at, 'it holds no numbers');
    return values;
  }

  strings(at: string): string[] {
    const values = this.#annotation(at);
    if (!Array.isArray(values)) throw this.damaged(at, 'it holds no list of texts');
    return values;
  }

  field(at: string): never {
    throw new WorkbenchError(
      'unsupported',
      `${this.name}: ${at} is a table of records, as anndata before 0.7 wrote; write it anew with a newer anndata.`,
    );
  }

  rows(at: string, start: number, end: number): Promise<Numbers> {
    return this.#array(at).numbers(start, end);
  }

  damaged(at: string, fact: string): WorkbenchError {
    return damaged(this.name, at, fact);
  }

  close(): void {
    this.#annotations.clear();
  }

  async #load(at: string, boundBytes: number): Promise<Numbers | string[]> {
    const array = this.#array(at);
    const { shape, type } = array.header.info;
    if (shape.length !== 1) throw this.damaged(at, `a list has one dimension, this has ${shape.length}`);
    const [length] = shape;
    if (length > MAX_CELLS) throw this.damaged(at, `its shape of ${length} is absurd`);
    if (8 * length > boundBytes) {
      throw new WorkbenchError(
        'resource',
        `${this.name}: ${at} is too much beside the other annotations, ${MAX_ANNOTATION_BYTES / 2 ** 30} GiB are held at most; write the store with fewer columns.`,
      );
    }
    return type === 'string' ? array.strings() : array.numbers(0, length);
  }

  #annotation(at: string): Numbers | string[] {
    const values = this.#annotations.get(at);
    if (values === undefined) throw this.damaged(at, 'it is missing');
    if (values instanceof WorkbenchError) throw values;
    return values;
  }

  #array(at: string): ZarrArray {
    const known = this.#arrays.get(at);
    if (known) return known;
    const node = this.#nodes.get(at);
    if (!node?.array) throw this.damaged(at, 'it is missing');
    if (node.array instanceof WorkbenchError) throw node.array;
    const array = new ZarrArray(this.name, at, node, node.array);
    this.#arrays.set(at, array);
    return array;
  }
}

function bytesOf(values: Numbers | string[] | WorkbenchError): number {
  if (values instanceof WorkbenchError) return 0;
  // A text takes a reference, a header and at least a byte a letter.
  if (Array.isArray(values)) return values.reduce((sum, text) => sum + 24 + text.length, 0);
  return values.byteLength;
}
