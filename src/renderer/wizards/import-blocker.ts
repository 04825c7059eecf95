import type { FileInspection } from '#shared/domain/dataset.ts';

/** Why an import of what was found would be refused; null where nothing speaks against it. */
export type ImportBlocker = 'nothing' | 'unread' | 'counts' | 'species';

/** What a person has to do before the next step; what only the import can tell is not foretold. */
export function importBlocker(
  found: FileInspection | null,
  values: Readonly<Record<string, unknown>>,
): ImportBlocker | null {
  if (!found) return 'nothing';
  if (found.samples.some(({ error }) => error !== null)) return 'unread';
  const isAuto = (field: string) => (values[field] ?? 'auto') === 'auto';
  if (isAuto('matrix') && found.samples.some(({ matrix }) => matrix === null)) return 'counts';
  const isOpen = found.species === null || found.mixture !== null;
  return isOpen && isAuto('species') && values.speciesColumn === undefined ? 'species' : null;
}

/** Paths of the samples that can be read; null where they cannot be chosen one by one, as inside an archive. */
export function readableInputs({ samples }: FileInspection): string[] | null {
  const paths = samples.flatMap(({ path, error }) => (error === null ? [path] : []));
  const known = paths.filter((path) => path !== null);
  return known.length === samples.length || known.length === 0 || new Set(known).size < paths.length ? null : known;
}
