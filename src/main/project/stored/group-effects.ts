import { CellGroup, type GroupComparison, type GroupEffect } from '#shared/domain/group-effect.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { RANKING_BLOBS, type StoredGroups } from './result-blobs.ts';

type Part = 'groupEffects' | 'groupCells' | 'groupNumbers';

/** Effects of the genes of a ranking within groups of the start cells, read gene by gene. */
export class StoredGroupEffects {
  readonly #artifacts: ArtifactStore;
  readonly #id: string;
  readonly #stored: StoredGroups | null;

  constructor(artifacts: ArtifactStore, { id, blobs }: Pick<ArtifactManifest, 'id' | 'blobs'>) {
    this.#artifacts = artifacts;
    this.#id = id;
    const isTold = blobs.some(({ name }) => name === RANKING_BLOBS.groups);
    this.#stored = isTold ? artifacts.readJson<StoredGroups>(id, RANKING_BLOBS.groups) : null;
  }

  /** One line for each group; none where the screen told no groups. Throws: `not-found`. */
  of(geneId: string): GroupEffect[] {
    if (!this.#stored) return [];
    const row = this.#stored.geneIds.indexOf(geneId);
    return this.#lines(geneId, row, (...part) => this.#read(...part));
  }

  /** Reads the numbers of all genes at once, for a table of them. Throws: `not-found` for a gene that has none. */
  every(): Pick<StoredGroupEffects, 'of'> {
    const stored = this.#stored;
    if (!stored) return { of: () => [] };
    const rowOf = new Map(stored.geneIds.map((geneId, row) => [geneId, row]));
    const whole = new Map<Part, Float32Array | Int32Array>();
    const read = (part: Part, first: number, n: number) => {
      const all = whole.get(part) ?? this.#read(part);
      whole.set(part, all);
      return all.subarray(first, first + n);
    };
    return { of: (geneId) => this.#lines(geneId, rowOf.get(geneId) ?? -1, read) };
  }

  #read(part: Part, first?: number, n?: number): Float32Array | Int32Array {
    const type = part === 'groupCells' ? 'int32' : 'float32';
    return this.#artifacts.readTyped(this.#id, RANKING_BLOBS[part], type, first, n);
  }

  #lines(
    geneId: string,
    row: number,
    read: (part: Part, first: number, n: number) => Float32Array | Int32Array,
  ): GroupEffect[] {
    if (row < 0)
      throw new WorkbenchError('not-found', `gene "${geneId}": it was not screened; choose a gene of the ranking.`);
    const { groups, numbers = [] } = this.#stored as StoredGroups;
    const [first, n, width] = [row * groups.length, groups.length, numbers.length];
    const effects = read('groupEffects', first, n);
    const told = read('groupCells', first, n);
    // Rankings of older versions have effects alone.
    const all = width > 0 ? read('groupNumbers', first * width, n * width) : [];
    return groups.map((stored, i): GroupEffect => {
      const group = CellGroup.parse(stored);
      const number = (name: string): number | null => known(all[i * width + numbers.indexOf(name)]);
      return {
        ...group,
        nTold: told[i],
        effect: known(effects[i]),
        low: number('low'),
        high: number('high'),
        comparison: comparisonOf(group, number),
      };
    });
  }
}

function comparisonOf({ test }: CellGroup, number: (name: string) => number | null): GroupComparison | null {
  const [difference, pValue] = [number('difference'), number('pValue')];
  if (test === null || difference === null || pValue === null) return null;
  return {
    test,
    difference,
    low: number('differenceLow') ?? difference,
    high: number('differenceHigh') ?? difference,
    pValue,
    fdr: number('fdr'),
  };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
