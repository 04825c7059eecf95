import type { SetColumnsConfig, ToldColumns } from '#shared/contract/dataset.ts';
import { chosenLevels, type ColumnRole, type ColumnRoles, standIns, standInWord } from '#shared/domain/annotation.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import { annotationsOf, changeAnnotations } from '#project/stored/annotations.ts';
import { DATASET_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';

const FIELD_OF_ROLE = {
  label: 'labelColumn',
  donor: 'donorColumn',
  sample: 'sampleColumn',
  batch: 'batchColumn',
  condition: 'conditionColumn',
} as const satisfies Record<ColumnRole, keyof SetColumnsConfig>;

export function toldColumns(project: Project, dataset: ArtifactManifest): ToldColumns {
  return annotationsOf(project, dataset);
}

/**
 * Keeps what is said of columns, and who said it; results made before are not changed.
 *
 * Throws: not-found (no such column), invalid-input (a role for a column of measured numbers or free text).
 */
export function setColumns(
  project: Project,
  dataset: ArtifactManifest,
  said: Omit<SetColumnsConfig, 'dataset' | 'why'>,
  why: string | undefined,
): ToldColumns {
  const { columns } = annotationsOf(project, dataset);
  const roles: Partial<ColumnRoles> = {};
  for (const [role, name] of Object.entries(FIELD_OF_ROLE) as [ColumnRole, keyof typeof said][]) {
    const column = said[name] as string | null | undefined;
    if (column === undefined) continue;
    roles[role] = column;
    if (column === null) continue;
    const info = columns.find((each) => each.name === column);
    if (!info) throw noColumn(dataset, column, columns);
    if (info.kind === 'categorical' || info.kind === 'boolean') continue;
    throw new WorkbenchError(
      'invalid-input',
      `${dataset.title}: column "${column}" holds ${info.kind === 'number' ? 'numbers' : 'free text'}, groups of cells are expected; choose another column, or import the file again with it.`,
    );
  }
  const levels = chosenLevels(said.columnPrivacy);
  for (const name of levels.keys())
    if (!columns.some((each) => each.name === name)) throw noColumn(dataset, name, columns);
  const told = changeAnnotations(project, dataset, { roles, levels });
  project.audit.append({
    what: 'annotations changed',
    ...(why ? { why } : {}),
    details: { dataset: dataset.id, roles, privacy: Object.fromEntries(levels) },
  });
  return told;
}

type VisibleColumn = Exclude<StoredColumn, { kind: 'text' }>;

/** Values of a column as they may be shown: stand-ins where it is limited. Throws: not-found, invalid-input, unsupported. */
export function visibleColumn(project: Project, dataset: ArtifactManifest, name: string): VisibleColumn {
  const { roles, columns } = annotationsOf(project, dataset);
  const info = columns.find((each) => each.name === name);
  const column = project.artifacts
    .readJson<StoredColumn[]>(dataset.id, DATASET_BLOBS.obs)
    .find((each) => each.name === name);
  if (!column || !info) throw noColumn(dataset, name, columns);
  if (info.privacy === 'restricted') {
    throw new WorkbenchError(
      'invalid-input',
      `${dataset.title}: column "${name}" is restricted (${info.privacyReason}), so its values are not shown; open it on the page of annotations if nobody can be known by it.`,
    );
  }
  if (column.kind === 'text') {
    throw new WorkbenchError(
      'unsupported',
      `${dataset.title}: column "${name}" holds free text, which is not shown; choose a categorical or numeric one.`,
    );
  }
  if (info.privacy === 'open') return column;
  if (column.kind === 'number') {
    throw new WorkbenchError(
      'unsupported',
      `${dataset.title}: column "${name}" is limited and holds numbers, for which nothing can stand; open it on the page of annotations if nobody can be known by it.`,
    );
  }
  return { ...column, categories: standIns(standInWord(roles, name), column.categories.length) };
}

function noColumn(dataset: ArtifactManifest, name: string, columns: readonly { name: string }[]): WorkbenchError {
  return new WorkbenchError(
    'not-found',
    `${dataset.title}: it has no column "${name}"; it has ${columns.map((each) => each.name).join(', ') || 'none'}.`,
  );
}
