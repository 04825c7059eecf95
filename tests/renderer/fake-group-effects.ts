import type { GroupEffect } from '#shared/domain/group-effect.ts';

const donor = (effect: number, i: number): GroupEffect => ({
  kind: 'donor',
  name: String(i + 1),
  nCells: 6,
  test: null,
  nTold: 6 - (i % 2),
  effect,
  low: effect - 0.006,
  high: effect + 0.006,
  comparison: null,
});
const phase = (name: string, sign: number): GroupEffect => ({
  kind: 'subgroup',
  name,
  nCells: 12,
  test: 'paired-donors',
  nTold: 11,
  effect: 0.008 + 0.006 * sign,
  low: 0.004 + 0.006 * sign,
  high: 0.012 + 0.006 * sign,
  comparison: {
    test: 'paired-donors',
    difference: 0.012 * sign,
    low: 0.012 * sign - 0.005,
    high: 0.012 * sign + 0.005,
    pValue: 0.0041,
    fdr: 0.031,
  },
});

/** Four donors, one of them the other way, and two phases of the cell cycle that differ. */
export const fakeGroupEffects: GroupEffect[] = [
  ...[0.012, 0.009, 0.014, -0.002].map(donor),
  phase('S and G2/M', 1),
  phase('G1', -1),
];
