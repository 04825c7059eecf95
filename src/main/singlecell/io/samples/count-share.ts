import type { Species } from '#shared/domain/gene.ts';
import { isGeneExpression } from '../feature-types.ts';
import type { FileGenes } from '../reader.ts';
import { requireCounts } from '../require-counts.ts';
import type { SamplePlan } from './sample-plan.ts';

/** Called after each chunk with the cells it held; may throw `cancelled`. */
export type CountHook = (nCells: number) => void | Promise<void>;

export interface CountShares {
  /** Per side and cell of it: share of the counts of its species, NaN without counts. */
  ofSide: Float64Array[];
  /** Different cells of all sides. */
  nCells: number;
}

/**
 * Share of each cell's counts that is of one species, in one pass over the counts.
 *
 * Source: Macosko EZ et al. Cell 2015;161:1202 and its followers call a cell pure at 90 % of its transcripts. Cell Ranger instead calls a
 * droplet a doublet where both counts exceed the 10th percentile among the cells of their species, which rests on an even mixture of the two.
 */
export async function shareOfCounts(
  sides: readonly { species: Species; plan: SamplePlan; genes: FileGenes }[],
  hook: CountHook,
): Promise<CountShares> {
  const totals = sides.map(({ plan }) => new Float64Array(plan.nCells));
  for (const plan of new Set(sides.map((side) => side.plan))) {
    const own = sides.flatMap((side, i) =>
      side.plan === plan ? [{ isGene: isGeneExpression(side.genes), total: totals[i] }] : [],
    );
    await plan.file.use(async (file) => {
      for await (const chunk of file.chunks(plan.matrix)) {
        requireCounts(chunk, plan.label, plan.matrix);
        const { start, indptr, indices, data } = chunk;
        for (const { isGene, total } of own) {
          for (let cell = 0; cell < chunk.nCells; cell++) {
            for (let i = indptr[cell]; i < indptr[cell + 1]; i++)
              if (isGene[indices[i]]) total[start + cell] += data[i];
          }
        }
        await hook(chunk.nCells);
      }
    });
  }
  const sums = new Map<string, number>();
  sides.forEach(({ plan }, i) =>
    plan.cellIds.forEach((id, cell) => sums.set(id, (sums.get(id) ?? 0) + totals[i][cell])),
  );
  const ofSide = sides.map(({ plan }, i) => totals[i].map((total, cell) => total / sums.get(plan.cellIds[cell])!));
  return { ofSide, nCells: sums.size };
}
