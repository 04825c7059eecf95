import type { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Numbers } from '../numbers.ts';
import type { PackedList } from '../row-lists.ts';
import type { ArrayInfo, NodeTree } from './node-tree.ts';

/** A group of a tree as a tree of its own, such as one of the objects that a MuData file holds. */
export class SubTree implements NodeTree {
  readonly name: string;
  readonly #tree: NodeTree;
  readonly #root: string;

  constructor(tree: NodeTree, root: string) {
    this.name = tree.name;
    this.#tree = tree;
    this.#root = root;
  }

  kind(at: string): 'group' | 'dataset' | null {
    return this.#tree.kind(this.#path(at));
  }

  keys(at: string): string[] {
    return this.#tree.keys(this.#path(at));
  }

  attribute(at: string, name: string): unknown {
    return this.#tree.attribute(this.#path(at), name);
  }

  info(at: string): ArrayInfo {
    return this.#tree.info(this.#path(at));
  }

  numbers(at: string): Numbers {
    return this.#tree.numbers(this.#path(at));
  }

  strings(at: string): string[] {
    return this.#tree.strings(this.#path(at));
  }

  field(at: string, name: string): (string | number)[] {
    return this.#tree.field(this.#path(at), name);
  }

  rows(at: string, start: number, end: number): Numbers | Promise<Numbers> {
    return this.#tree.rows(this.#path(at), start, end);
  }

  list(at: string): PackedList | null {
    return this.#tree.list?.(this.#path(at)) ?? null;
  }

  damaged(at: string, fact: string): WorkbenchError {
    return this.#tree.damaged(this.#path(at), fact);
  }

  close(): void {
    this.#tree.close();
  }

  #path(at: string): string {
    return at === '/' ? this.#root : `${this.#root}/${at}`;
  }
}
