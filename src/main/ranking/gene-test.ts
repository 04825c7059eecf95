import type { Operator } from '#shared/domain/screen.ts';
import { cellEffects, enoughTold, replicateEffects, rowMean } from '#screen/effects.ts';
import type { ScreenResult } from '#screen/types.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { testAgainstNull, type NullTest } from '#singlecell/statistics/null-model.ts';

/** Every candidate of a screen tested against its null genes; rows are those of the plan. */
export interface GeneTest {
  /** Shape: genes of the plan × cells, × replicates. */
  perCell: Float64Array;
  perReplicate: Float64Array;
  /** Mean over replicates, and start cells in which the gene changes the read-out at all, by row. */
  means: number[];
  reach: number[];
  /** Rows of candidates and null genes that enough start cells tell of. */
  candidates: number[];
  nulls: number[];
  /** In the order of `candidates`. */
  test: NullTest;
  fdr: Float64Array;
}

/**
 * The test of every candidate: mean over replicates beside null genes of like reach, Benjamini-Hochberg over all tests.
 *
 * `heldOut`: ids of positive controls, which are no null genes.
 */
export function testGenes(
  screen: ScreenResult,
  goal: string,
  operator: Operator,
  heldOut: ReadonlySet<string> = new Set(),
): GeneTest {
  const { plan } = screen;
  const query = { operator, goal, readOut: plan.config.readOut };
  const perCell = cellEffects(screen, query);
  const perReplicate = replicateEffects(screen, query);
  const means = plan.genes.map((_, g) => rowMean(perReplicate, g, plan.nReplicates));
  const reach = plan.genes.map((_, g) => countMoved(perCell, g, plan.cells.length));
  const enough = enoughTold(screen, perCell, perReplicate);
  const rows = plan.genes.map((_, g) => g).filter((g) => enough[g]);
  const candidates = rows.filter((g) => plan.genes[g].isCandidate);
  const nulls = rows.filter((g) => plan.genes[g].isNull && !heldOut.has(plan.genes[g].geneId));
  const measured = (indices: readonly number[]) => ({
    effects: indices.map((g) => means[g]),
    reach: indices.map((g) => reach[g]),
  });
  const test = testAgainstNull(measured(candidates), measured(nulls));
  return { perCell, perReplicate, means, reach, candidates, nulls, test, fdr: benjaminiHochberg(test.pValues) };
}

/** Start cells in which the gene changes the read-out at all: a raised gene the model still does not read changes none. */
function countMoved(perCell: Float64Array, row: number, width: number): number {
  let n = 0;
  for (let i = row * width; i < (row + 1) * width; i++) if (!Number.isNaN(perCell[i]) && perCell[i] !== 0) n++;
  return n;
}
