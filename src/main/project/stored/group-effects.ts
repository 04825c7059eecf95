import { CellGroup, type GroupComparison, type GroupEffect } from '#shared/domain/group-effect.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { RANKING_BLOBS, type StoredGroups } from './result-blobs.ts';

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
    if (row < 0)
      throw new WorkbenchError('not-found', `gene "${geneId}": it was not screened; choose a gene of the ranking.`);
    const { groups, numbers = [] } = this.#stored;
    const [first, n, width] = [row * groups.length, groups.length, numbers.length];
    const effects = this.#artifacts.readTyped(this.#id, RANKING_BLOBS.groupEffects, 'float32', first, n);
    const told = this.#artifacts.readTyped(this.#id, RANKING_BLOBS.groupCells, 'int32', first, n);
    // Rankings of older versions have effects alone.
    const all =
      width > 0
        ? this.#artifacts.readTyped(this.#id, RANKING_BLOBS.groupNumbers, 'float32', first * width, n * width)
        : new Float32Array(0);
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
