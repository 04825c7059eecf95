import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import type { Dataset, ObsColumn } from '#singlecell/types.ts';

/** A categorical annotation of selected cells; -1 where a cell has none. */
export interface Labels {
  categories: string[];
  codes: Int32Array;
}

/**
 * Refuses a column whose values are not open as cell states: results and messages name states.
 *
 * Throws: `invalid-input`.
 */
export function refusePrivateColumn(
  dataset: ArtifactManifest,
  name: string,
  project: Parameters<typeof annotationsOf>[0],
): void {
  const column = annotationsOf(project, dataset).columns.find((each) => each.name === name);
  if (!column || column.privacy === 'open') return;
  throw new WorkbenchError(
    'invalid-input',
    `${dataset.title}: column "${name}" is ${column.privacy} (${column.privacyReason}): it holds donors, personal words or free text, which are no cell states and are named nowhere; choose another column, or open it with dataset set-columns if nobody can be known by it.`,
  );
}

/** The annotation `name` for the given rows of a dataset. Throws `not-found` naming the columns there are. */
export function labelsOf(dataset: Dataset, name: string, cellIndex: Int32Array, title: string): Labels {
  const column = dataset.obs.find((each) => each.name === name);
  if (!column) {
    const usable = dataset.obs.filter(({ kind }) => kind === 'categorical').map((each) => each.name);
    throw new WorkbenchError(
      'not-found',
      `${title}: it has no column "${name}"; columns with categories are ${usable.length > 0 ? usable.join(', ') : 'none'}.`,
    );
  }
  const { categories, codes } = categorical(column, title);
  return { categories, codes: Int32Array.from(cellIndex, (cell) => codes[cell]) };
}

function categorical(column: ObsColumn, title: string): Labels {
  if (column.kind === 'categorical') return { categories: column.categories, codes: column.codes };
  if (column.kind === 'text' || column.kind === 'boolean') {
    const texts: (string | null)[] =
      column.kind === 'text'
        ? column.values
        : Array.from(column.values, (value) => (value < 0 ? null : String(value === 1)));
    const categories = [...new Set(texts.filter((text) => text !== null))].sort();
    const codeOf = new Map(categories.map((text, code) => [text, code]));
    return { categories, codes: Int32Array.from(texts, (text) => (text === null ? -1 : codeOf.get(text)!)) };
  }
  throw new WorkbenchError(
    'data-format',
    `${title}: column "${column.name}" holds numbers, not categories; choose another column.`,
  );
}
