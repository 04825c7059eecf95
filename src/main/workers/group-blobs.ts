import { RANKING_BLOBS, type StoredGroups } from '#project/stored/result-blobs.ts';
import type { EffectQuery } from '#screen/effects.ts';
import { groupEffects } from '#screen/group-effects.ts';
import type { ScreenResult } from '#screen/types.ts';

/** Effects within groups of the start cells as blobs of a ranking; none where the screen has no groups. */
export function groupBlobs(
  screen: ScreenResult,
  query: EffectQuery,
): [string, StoredGroups | Float32Array | Int32Array][] {
  const { groups, effects, nCells } = groupEffects(screen, query);
  if (groups.length === 0) return [];
  const stored: StoredGroups = {
    groups: groups.map(({ kind, name, cells }) => ({ kind, name, nCells: cells.length })),
    geneIds: screen.plan.genes.map(({ geneId }) => geneId),
  };
  return [
    [RANKING_BLOBS.groups, stored],
    [RANKING_BLOBS.groupEffects, effects],
    [RANKING_BLOBS.groupCells, nCells],
  ];
}
