import { ScreenConfig } from '#shared/domain/screen.ts';
import type { ShardStore } from '#screen/types.ts';
import { plantedVectors } from './fake-encoder.ts';

/** A screen of the world of `makeTokenSet`, from progenitors to both fates unless told otherwise. */
export const screenConfig = (changes: Partial<ScreenConfig> = {}): ScreenConfig =>
  ScreenConfig.parse({
    model: 'm',
    tokens: 't',
    labelColumn: 'cell_type',
    donorColumn: 'donor',
    start: 'progenitor',
    goals: ['monocyte', 'b-cell'],
    nNullGenes: 20,
    ...changes,
  });

/** GENE0 marks monocytes (axis 1), GENE1 b-cells (axis 2). */
export const markerVectors = plantedVectors(
  4,
  new Map([
    [2, 1],
    [3, 2],
  ]),
);

/** Keeps the parts of a screen, and counts how many are read back. */
export class MemoryStore implements ShardStore {
  readonly kept = new Map<string, Uint8Array>();
  nLoaded = 0;
  async load(key: string) {
    const bytes = this.kept.get(key) ?? null;
    if (bytes) this.nLoaded++;
    return bytes;
  }
  async save(key: string, bytes: Uint8Array) {
    this.kept.set(key, bytes.slice());
  }
}
