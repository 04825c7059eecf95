import type { CsrChunk } from '../../types.ts';
import type { PackedCells } from '../../packing/packed-cells.ts';
import type { Packing, PackRunner } from '../../packing/packing.ts';
import type { PackPlan } from '../../packing/row-packer.ts';
import { packCells } from '../../packed-rows.ts';
import { rowBlocks } from '../csr-chunk.ts';
import { GeneTally } from '../gene-report.ts';
import { mapChunk } from '../map-chunk.ts';
import type { OpenDataset } from '../reader.ts';
import { requireCounts } from '../require-counts.ts';
import type { RowAccess } from '../row-lists.ts';
import type { SpeciesPart } from './species-parts.ts';
import { takeRows } from './take-rows.ts';

/** Gets cells in order, with the cells of the file they come from. */
type Take = (cells: PackedCells, nCells: number) => Promise<void>;

/** Ranges that are packed or wait for their turn, for each thread. */
const RANGES_PER_THREAD = 2;

/** Packs the counts of one part and gives them in the order of its cells. Throws data-format. */
export async function packPart(
  file: OpenDataset,
  part: SpeciesPart,
  plan: PackPlan,
  runner: PackRunner,
  take: Take,
): Promise<GeneTally> {
  const { matrix, label } = part.plan;
  const access = part.rows ? null : ((await file.rowAccess?.(matrix)) ?? null);
  const packing = runner.begin(plan, access?.lists ?? null);
  const careful = new CarefulPacker(plan, label, matrix);
  const nAhead = RANGES_PER_THREAD * runner.nThreads;
  try {
    if (access) await packRanges(access, packing, careful, nAhead, take);
    else await packChunks(file.chunks(matrix), part, packing, careful, nAhead, take);
  } catch (thrown) {
    await packing.end().catch(() => undefined);
    throw thrown;
  }
  const tally = new GeneTally(plan.target.length);
  for (const packed of [...(await packing.end()), careful.tally]) tally.join(packed);
  return tally;
}

/** Rows that whoever packs them reads for himself. */
async function packRanges(
  { lists, rows }: RowAccess,
  packing: Packing,
  careful: CarefulPacker,
  nAhead: number,
  take: Take,
): Promise<void> {
  const ranges = rowBlocks(lists.offsets);
  const packed = inTurn(ranges, ([start, end]) => packing.range(start, end), nAhead);
  for await (const { item, result } of packed) {
    const [start, end] = item;
    await take(result, result.nCells);
    const from = start + result.nCells;
    if (from < end) await take(careful.pack(await rows(from, end)), end - from);
  }
}

/** Chunks as the reader gives them. */
async function packChunks(
  chunks: AsyncIterable<CsrChunk>,
  { rows, plan }: SpeciesPart,
  packing: Packing,
  careful: CarefulPacker,
  nAhead: number,
  take: Take,
): Promise<void> {
  const work = async (read: CsrChunk) => {
    const { nCells } = read;
    if (rows) requireCounts(read, plan.label, plan.matrix);
    return { nCells, ...(await packing.chunk(rows ? takeRows(read, rows) : read)) };
  };
  for await (const { result } of inTurn(chunks, work, nAhead)) {
    const { nCells, cells, rest } = result;
    if (rest === null) {
      await take(cells, nCells);
      continue;
    }
    await take(cells, nCells - rest.nCells);
    await take(careful.pack(rest), rest.nCells);
  }
}

/** Packs what is odd: says what is wrong with it, or adds up columns that come twice. */
class CarefulPacker {
  readonly tally: GeneTally;
  readonly #plan: PackPlan;
  readonly #label: string;
  readonly #matrix: string;

  constructor(plan: PackPlan, label: string, matrix: string) {
    this.tally = new GeneTally(plan.target.length);
    this.#plan = plan;
    this.#label = label;
    this.#matrix = matrix;
  }

  /** Throws data-format. */
  pack(chunk: CsrChunk): PackedCells {
    requireCounts(chunk, this.#label, this.#matrix);
    this.tally.add(chunk);
    return packCells(mapChunk(chunk, this.#plan.target, this.#plan.nGenes));
  }
}

/** Does work on items some ahead of the caller and gives results in the order of the items. */
async function* inTurn<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  nAhead: number,
): AsyncGenerator<{ item: T; result: R }> {
  const waiting: { item: T; result: Promise<R> }[] = [];
  for await (const item of items) {
    const result = work(item);
    // It is awaited in its turn, or not at all where the caller stops before.
    result.catch(() => undefined);
    waiting.push({ item, result });
    if (waiting.length < nAhead) continue;
    const next = waiting.shift()!;
    yield { item: next.item, result: await next.result };
  }
  for (const { item, result } of waiting) yield { item, result: await result };
}
