import { CounterRandom } from '#shared/util/random.ts';
import type { SplitInput } from './split.ts';
import { stratified } from './split-stratified.ts';

interface Parts {
  train: Int32Array;
  validation: Int32Array;
  test: Int32Array;
}

/** Holds whole donors out; null, with a warning, where fewer than two donors have usable cells. */
export function donorSplit(
  usable: Int32Array,
  labels: Int32Array,
  donors: Int32Array,
  { testFraction, validationFraction, seed }: Pick<SplitInput, 'testFraction' | 'validationFraction' | 'seed'>,
  warnings: string[],
): Parts | null {
  const cells = usable.filter((cell) => donors[cell] >= 0);
  const cellsOf = new Map<number, number[]>();
  for (const cell of cells) {
    const members = cellsOf.get(donors[cell]);
    if (members) members.push(cell);
    else cellsOf.set(donors[cell], [cell]);
  }
  if (cellsOf.size < 2) {
    warnings.push(
      `Only ${cellsOf.size} donor has usable cells, so none can be held out; cells are divided within each state, which flatters the result.`,
    );
    return null;
  }
  if (cells.length < usable.length) {
    warnings.push(
      `${usable.length - cells.length} cells without a donor take no part: theirs might be a held-out one.`,
    );
  }
  const ids = [...cellsOf.keys()].sort((a, b) => a - b);
  const order = Array.from(new CounterRandom(seed, 'donor-split').permutation(ids.length), (i) => ids[i]);
  const take = (from: number[], wanted: number) => takeDonors(from, wanted, cellsOf, labels);
  const test = take(order, testFraction * cells.length);
  const remaining = order.filter((donor) => !test.includes(donor));
  const cellsIn = (list: number[]) => Int32Array.from(list.flatMap((donor) => cellsOf.get(donor)!)).sort();
  const rest = cellsIn(remaining);
  if (remaining.length === 1) {
    warnings.push(
      'There are only two donors: one is the test, and validation cells are taken from the other, which flatters the choice of the epoch.',
    );
    const nClasses = 1 + rest.reduce((max, cell) => Math.max(max, labels[cell]), 0);
    const random = new CounterRandom(seed, 'validation-split');
    const { taken, rest: train } = stratified(rest, labels, nClasses, validationFraction, random, 0);
    return { train, validation: taken, test: cellsIn(test) };
  }
  const validation = take(remaining, validationFraction * rest.length);
  return {
    train: cellsIn(remaining.filter((donor) => !validation.includes(donor))),
    validation: cellsIn(validation),
    test: cellsIn(test),
  };
}

/**
 * At least one donor, more while that brings the number of cells nearer to `wanted`; at least one donor stays.
 *
 * Donors whose loss would leave a class without cells are passed over while there is another choice. The first donor of
 * the order that does not overshoot by half is begun with, else the one nearest to `wanted`.
 */
function takeDonors(order: number[], wanted: number, cellsOf: Map<number, number[]>, labels: Int32Array): number[] {
  const classesIn = (list: number[]) =>
    new Set(list.flatMap((donor) => cellsOf.get(donor)!.map((cell) => labels[cell])));
  const nClasses = classesIn(order).size;
  const keepsClasses = (taken: number[]) =>
    classesIn(order.filter((donor) => !taken.includes(donor))).size === nClasses;
  const size = (taken: number[]) => taken.reduce((sum, donor) => sum + cellsOf.get(donor)!.length, 0);
  const distance = (taken: number[]) => Math.abs(size(taken) - wanted);
  const harmless = order.filter((donor) => keepsClasses([donor]));
  const choices = harmless.length > 0 ? harmless : order;
  const first =
    choices.find((donor) => size([donor]) <= 1.5 * wanted) ??
    choices.reduce((best, donor) => (distance([donor]) < distance([best]) ? donor : best));
  let taken = [first];
  for (const donor of harmless) {
    const candidate = [...taken, donor];
    if (taken.includes(donor) || candidate.length >= order.length) continue;
    if (distance(candidate) < distance(taken) && keepsClasses(candidate)) taken = candidate;
  }
  return taken;
}
