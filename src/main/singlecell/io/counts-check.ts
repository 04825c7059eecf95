import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { MatrixContent, OpenDataset } from './reader.ts';

/** Layers that usually hold the counts come first; parts of the counts come last. */
const LAYER_ORDER = [/^layers\/(raw_?)?counts?$/i, /^layers\/raw/i, /^layers\/umi/i, /^layers\/spliced$/i];
const PARTIAL_COUNTS = /^layers\/(spliced|unspliced|ambiguous)$/i;
/** Never taken unasked. */
const MINOR_COUNTS = /^layers\/(unspliced|ambiguous)$/i;
const MAX_LISTED = 6;

/** What some values of a matrix look like: whole numbers are counts however they are stored. What is not finite is left to the reading. */
export function contentOf(values: ArrayLike<number>): MatrixContent {
  let content: MatrixContent = 'counts';
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    if (values[i] < 0) return 'negative';
    if (!Number.isInteger(values[i])) content = 'normalized';
  }
  return content;
}

export interface ChosenMatrix {
  name: string;
  warnings: string[];
}

/** The matrix to import: the one asked for, or the first that holds counts. Throws not-found, data-format. */
export async function chooseMatrix(file: OpenDataset, requested: string): Promise<ChosenMatrix> {
  const contents = new Map<string, MatrixContent>();
  for (const { name } of file.matrices) contents.set(name, contentOf(await file.sample(name)));
  const withCounts = preferred(file.matrices.map(({ name }) => name)).filter((name) => contents.get(name) === 'counts');
  if (requested === 'auto') {
    const name = withCounts.find((candidate) => !MINOR_COUNTS.test(candidate));
    if (name === undefined) throw noCounts(file, contents);
    return { name, warnings: warningsFor(name) };
  }
  const content = contents.get(requested);
  if (content === undefined) {
    throw new WorkbenchError(
      'not-found',
      `${file.name}: it has no matrix "${requested}"; it has ${[...contents.keys()].join(', ')}.`,
    );
  }
  if (content === 'counts') return { name: requested, warnings: warningsFor(requested) };
  if (withCounts.length === 0) throw noCounts(file, contents);
  throw new WorkbenchError(
    'data-format',
    `${file.name}: ${requested} holds ${words(content)}, raw counts are expected; choose ${withCounts[0]}, which holds counts.`,
  );
}

function preferred(names: readonly string[]): string[] {
  const rank = (name: string): number => {
    if (name === 'X' || name === 'matrix') return 0;
    if (name === 'raw/X') return 1;
    const place = LAYER_ORDER.findIndex((pattern) => pattern.test(name));
    return 2 + (place < 0 ? LAYER_ORDER.length : place);
  };
  return names
    .map((name, i) => ({ name, i }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.i - b.i)
    .map(({ name }) => name);
}

function warningsFor(name: string): string[] {
  if (!PARTIAL_COUNTS.test(name)) return [];
  return [`${name} usually holds only a part of the counts of a cell; check that this is what you want.`];
}

function noCounts(file: OpenDataset, contents: ReadonlyMap<string, MatrixContent>): WorkbenchError {
  const all = [...contents].map(([name, content]) => {
    const what = content === 'counts' ? 'counts of a part of the molecules' : words(content);
    return `${name} holds ${what}`;
  });
  const found = all.slice(0, MAX_LISTED).join(', ') + (all.length > MAX_LISTED ? ', …' : '');
  return new WorkbenchError(
    'data-format',
    `${file.name}: ${found}; raw counts (whole numbers) are expected. Export the data from before normalisation, for example with the counts in layers/counts.`,
  );
}

function words(content: MatrixContent): string {
  switch (content) {
    case 'counts':
      return 'counts';
    case 'normalized':
      return 'normalised values';
    case 'negative':
      return 'negative (scaled or corrected) values';
  }
}
