import { uniqueCellIds } from '../import-obs.ts';

/** Names of the cells of samples one after the other; where two samples share one, all begin with their sample. */
export function mergeCellIds(
  samples: readonly { name: string; cellIds: readonly string[] }[],
  warnings: string[],
): string[] {
  if (samples.length === 1) return [...samples[0].cellIds];
  const all = samples.flatMap(({ cellIds }) => cellIds);
  if (new Set(all).size === all.length) return all;
  warnings.push('Samples share cell names, so the name of its sample was put before each.');
  return uniqueCellIds(
    samples.flatMap(({ name, cellIds }) => cellIds.map((id) => `${name}_${id}`)),
    warnings,
  );
}
