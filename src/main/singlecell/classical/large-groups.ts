export interface LargeGroups {
  /** From 0 without gaps, -1 for cells left out. */
  codes: Int32Array;
  names: string[];
  leftOut: { name: string; nCells: number }[];
}

/** Groups with at least `minCells` kept cells, in their order; others, where they have cells at all, are left out. */
export function largeGroups(
  groups: { names: readonly string[]; codes: Int32Array },
  keep: Uint8Array,
  minCells: number,
): LargeGroups {
  const sizes = new Int32Array(groups.names.length);
  groups.codes.forEach((code, cell) => {
    if (code >= 0 && keep[cell]) sizes[code]++;
  });
  const number = new Int32Array(sizes.length).fill(-1);
  const names: string[] = [];
  const leftOut: LargeGroups['leftOut'] = [];
  groups.names.forEach((name, code) => {
    if (sizes[code] >= minCells) number[code] = names.push(name) - 1;
    else if (sizes[code] > 0) leftOut.push({ name, nCells: sizes[code] });
  });
  return { codes: groups.codes.map((code, cell) => (code >= 0 && keep[cell] ? number[code] : -1)), names, leftOut };
}
