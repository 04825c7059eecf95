import type { CounterRandom } from '#shared/util/random.ts';

/** Takes `fraction` of each class, at least one cell and never the last one. */
export function stratified(
  cells: Int32Array,
  labels: Int32Array,
  nClasses: number,
  fraction: number,
  random: CounterRandom,
  offset: number,
): { taken: Int32Array; rest: Int32Array } {
  const taken: number[] = [];
  const rest: number[] = [];
  for (let label = 0; label < nClasses; label++) {
    const members = cells.filter((cell) => labels[cell] === label);
    const nTaken = Math.min(members.length - 1, Math.max(1, Math.round(fraction * members.length)));
    random.permutation(members.length, offset + label * 2 ** 26).forEach((member, i) => {
      (i < nTaken ? taken : rest).push(members[member]);
    });
  }
  return { taken: Int32Array.from(taken).sort(), rest: Int32Array.from(rest).sort() };
}
