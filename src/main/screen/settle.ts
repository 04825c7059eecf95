/** Half width of a 99 % interval, in standard errors. */
export const Z_99 = 2.576;

/** A gene in the race for the top: its effect so far and how far the exact one may be from it. */
export interface Standing {
  readonly row: number;
  /** Size of the effect. */
  readonly size: number;
  /** Half width of its interval. */
  readonly halfWidth: number;
}

export interface Settled {
  /** Rows of genes whose interval holds the cut between the top and the rest. */
  readonly open: number[];
  /** Of the leading genes, those that are surely among them. */
  readonly nSettled: number;
  /** Genes that lead. */
  readonly nTop: number;
}

/**
 * Which genes could still enter or leave the leading `top`.
 *
 * The cut lies midway between the last of the top and the first of the rest; ties by ascending row.
 */
export function settle(standings: readonly Standing[], top: number): Settled {
  const order = [...standings].sort((a, b) => b.size - a.size || a.row - b.row);
  if (order.length <= top) return { open: [], nSettled: order.length, nTop: order.length };
  const cut = (order[top - 1].size + order[top].size) / 2;
  const isOpen = ({ size, halfWidth }: Standing) => halfWidth > 0 && Math.abs(size - cut) <= halfWidth;
  return {
    open: order
      .filter(isOpen)
      .map(({ row }) => row)
      .sort((a, b) => a - b),
    nSettled: order.slice(0, top).filter((one) => !isOpen(one)).length,
    nTop: top,
  };
}
