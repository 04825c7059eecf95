import type { MarkerGroup } from '#shared/domain/classical.ts';

export interface GroupFacts {
  names: readonly string[];
  /** Group of every cell, -1 for cells left out. */
  codes: Int32Array;
  /** Donor of every cell, -1 where unknown; null without a donor column. */
  donors: Int32Array | null;
  /** Donor or batch within which groups were compared; null where they were compared as a whole. */
  blocks: Int32Array | null;
  /** Markers found for each group. */
  nMarkers: readonly number[];
}

/** From this share of its cells on, a group speaks for one donor. */
const ONE_DONOR_SHARE = 0.8;
const FEW_CELLS = 25;

/** What a reader of the markers of each group has to know first. */
export function groupNotes({ names, codes, donors, blocks, nMarkers }: GroupFacts): MarkerGroup[] {
  const sizes = names.map(() => 0);
  const ofDonor = names.map(() => new Map<number, number>());
  const blocksOf = names.map(() => new Set<number>());
  codes.forEach((group, cell) => {
    if (group < 0) return;
    sizes[group]++;
    if (donors) ofDonor[group].set(donors[cell], (ofDonor[group].get(donors[cell]) ?? 0) + 1);
    if (blocks) blocksOf[group].add(blocks[cell]);
  });
  return names.map((name, group) => {
    const known = [...ofDonor[group]].filter(([donor]) => donor >= 0).map(([, n]) => n);
    const largest = donors ? Math.max(0, ...known) / sizes[group] : null;
    const nDonors = donors ? known.length : null;
    const neverMet = blocks
      ? blocksOf.filter((other, i) => i !== group && ![...other].some((block) => blocksOf[group].has(block))).length
      : 0;
    const cautions = [
      ...donorCaution(nDonors, largest),
      ...blockCaution(neverMet, names.length - 1),
      ...(sizes[group] < FEW_CELLS ? [`Only ${sizes[group]} cells: the numbers are unsure.`] : []),
      ...(nMarkers[group] === 0 ? ['No gene is higher here than in the other groups.'] : []),
    ];
    return { name, nCells: sizes[group], nDonors, largestDonorShare: largest, cautions };
  });
}

function donorCaution(nDonors: number | null, largestShare: number | null): string[] {
  if (nDonors === 1)
    return ['All of its cells come from one donor: its markers may be those of the donor, not of the group.'];
  if (largestShare === null || largestShare < ONE_DONOR_SHARE) return [];
  return [
    `${Math.round(100 * largestShare)} % of its cells come from one donor: look at each marker in the other donors before believing it.`,
  ];
}

function blockCaution(neverMet: number, others: number): string[] {
  if (neverMet === 0) return [];
  if (neverMet === others)
    return ['It shares no donor or batch with any other group, so nothing could be compared within one.'];
  return [
    `It shares no donor or batch with ${neverMet} of the ${others} other groups; those were not compared with it.`,
  ];
}
