import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { MAP_CLUSTERS, REFERENCE_LABELS } from '#shared/domain/classical.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import { groupingName, MOST_NUMBERS, readGrouping } from '#project/stored/groupings.ts';
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

/** Cell states of all cells of a dataset. */
export interface StateLabels extends Labels {
  /** The name of the column in full: `labels` may stand for `@labels`. */
  column: string;
  /** The map or the reference labels that made them; null for an annotation. */
  source: ArtifactManifest | null;
}

/**
 * Cell states by the name of an annotation, of the clusters of a map or of reference labels.
 *
 * Throws: `not-found` naming the columns there are; `invalid-input` for an annotation that is not open.
 */
export function stateLabels(
  project: Project,
  { dataset, manifest }: { dataset: Dataset; manifest: ArtifactManifest },
  name: string,
  from: string | undefined,
): StateLabels {
  const column = groupingName(manifest, name);
  if (column === MAP_CLUSTERS || column === REFERENCE_LABELS) {
    const { names, codes, source } = readGrouping(project, manifest, column, from);
    return { column, categories: names, codes, source };
  }
  if (from !== undefined)
    throw new WorkbenchError(
      'invalid-input',
      `${manifest.title}: "${name}" is a column of the file, and a map or labels were given as well; leave them out or choose ${MAP_CLUSTERS} or ${REFERENCE_LABELS}.`,
    );
  refusePrivateColumn(manifest, column, project);
  const allCells = Int32Array.from({ length: dataset.counts.nCells }, (_, i) => i);
  return { column, ...labelsOf(dataset, column, allCells, manifest.title), source: null };
}

/** What a result keeps of where its cell states came from: the id of the map or labels, which are its input as well. */
export function labelOrigin({ column, source }: StateLabels): {
  config: { labelColumn: string; labelSource?: string };
  inputs: ArtifactId[];
} {
  return source
    ? { config: { labelColumn: column, labelSource: source.id }, inputs: [source.id] }
    : { config: { labelColumn: column }, inputs: [] };
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
  const distinct = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (distinct.length > 0 && distinct.length <= MOST_NUMBERS) {
    const codeOf = new Map(distinct.map((value, code) => [value, code]));
    return {
      categories: distinct.map(String),
      codes: Int32Array.from(column.values, (value) => codeOf.get(value) ?? -1),
    };
  }
  throw new WorkbenchError(
    'data-format',
    `${title}: column "${column.name}" holds ${distinct.length > 0 ? 'too many different' : 'no'} numbers, not categories; choose another column.`,
  );
}
