/** Targets of each factor and +1 (activates) or −1 (represses), all by row of the dataset. */
export type SignedTargets = ReadonlyMap<number, readonly { gene: number; sign: 1 | -1 }[]>;

/** Fewer measured targets say more about those genes than about their factor. */
export const FEWEST_TARGETS = 3;

/**
 * Mean log2 fold change of each gene's known targets, repressed ones with the opposite sign; NaN below three targets.
 *
 * Source of the targets: TRRUST v2, Han 2018, Nucleic Acids Res 46:D380. A gene is no target of itself here.
 */
export function targetShifts(foldChanges: ArrayLike<number>, targets: SignedTargets): Float64Array {
  return Float64Array.from({ length: foldChanges.length }, (_, factor) => {
    const own = (targets.get(factor) ?? []).filter(({ gene }) => gene !== factor);
    if (own.length < FEWEST_TARGETS) return NaN;
    return own.reduce((sum, { gene, sign }) => sum + sign * foldChanges[gene], 0) / own.length;
  });
}
