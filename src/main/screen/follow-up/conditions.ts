import { changeKey, type Change } from '#singlecell/perturb/combine.ts';
import type { Condition } from './types.ts';

/** Collects conditions so that each is computed once, whatever asks for it. */
export class Conditions {
  readonly all: Condition[] = [];
  readonly #index = new Map<string, number>();

  /** Index of the condition of these changes. */
  of(...changes: Change[]): number {
    const key = changes.map(changeKey).sort().join(' ');
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.all.length);
    return this.all.push(changes) - 1;
  }
}
