import { RANKING_BLOBS, type StoredGroups } from '#project/stored/result-blobs.ts';
import { GROUP_NUMBERS, type GroupStatistics } from '#ranking/groups/group-statistics.ts';
import type { ScreenPlan } from '#screen/types.ts';

/** Effects within groups of the start cells as blobs of a ranking; none where the screen has no groups. */
export function groupBlobs(
  { genes }: Pick<ScreenPlan, 'genes'>,
  { groups, effects, nCells, numbers }: GroupStatistics,
): [string, StoredGroups | Float32Array | Int32Array][] {
  if (groups.length === 0) return [];
  const stored: StoredGroups = {
    groups: groups.map(({ group: { kind, name, cells }, test }) => ({ kind, name, nCells: cells.length, test })),
    geneIds: genes.map(({ geneId }) => geneId),
    numbers: [...GROUP_NUMBERS],
  };
  return [
    [RANKING_BLOBS.groups, stored],
    [RANKING_BLOBS.groupEffects, effects],
    [RANKING_BLOBS.groupCells, nCells],
    [RANKING_BLOBS.groupNumbers, numbers],
  ];
}
