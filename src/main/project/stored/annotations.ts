import { z } from 'zod';
import {
  ColumnRole,
  type ColumnRoles,
  listedCategories,
  MOST_LISTED,
  type PrivacyChoice,
  PrivacyLevel,
  privacyWithRole,
  ROLES_OF_DONORS,
  standInWord,
} from '#shared/domain/annotation.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { Project } from '../project.ts';
import type { Setting } from '../settings.ts';
import { DATASET_BLOBS, type StoredColumn } from './dataset-blobs.ts';

/** What the columns of a dataset mean now: as imported, or as said later. */
export interface Annotations {
  roles: ColumnRoles;
  columns: ObsColumnInfo[];
}

/** What was said after the import; the dataset itself never changes. */
const Said = z.object({
  roles: z.partialRecord(ColumnRole, z.string().nullable()),
  levels: z.record(z.string(), PrivacyLevel),
  /** Columns that are told differently since then. */
  columns: z.record(z.string(), ObsColumnInfo),
});
type Said = z.infer<typeof Said>;

const said = (dataset: string): Setting<Said> => ({
  name: `annotations/${dataset}`,
  schema: Said,
  fallback: { roles: {}, levels: {}, columns: {} },
});

export interface AnnotationChanges {
  roles: Partial<ColumnRoles>;
  levels: ReadonlyMap<string, PrivacyLevel>;
}

export function annotationsOf({ settings }: Pick<Project, 'settings'>, dataset: ArtifactManifest): Annotations {
  const { roles, columns } = settings.read(said(dataset.id));
  const imported = importedAs(dataset);
  return {
    roles: { ...imported.roles, ...roles },
    columns: imported.columns.map((column) => columns[column.name] ?? column),
  };
}

/** Keeps what is said of columns from now on. Columns must exist. */
export function changeAnnotations(
  project: Pick<Project, 'settings' | 'artifacts'>,
  dataset: ArtifactManifest,
  changes: AnnotationChanges,
): Annotations {
  const setting = said(dataset.id);
  const before = project.settings.read(setting);
  const imported = importedAs(dataset);
  const roles = { ...before.roles, ...changes.roles };
  const levels = { ...before.levels, ...Object.fromEntries(changes.levels) };
  const allRoles = { ...imported.roles, ...roles };
  const stored = project.artifacts.readJson<StoredColumn[]>(dataset.id, DATASET_BLOBS.obs);
  const columns: Record<string, ObsColumnInfo> = {};
  for (const column of imported.columns) {
    const told = toldAs(column, imported.roles, allRoles, levels[column.name], () =>
      stored.find(({ name }) => name === column.name),
    );
    if (JSON.stringify(told) !== JSON.stringify(column)) columns[column.name] = told;
  }
  project.settings.write(setting, { roles, levels, columns });
  return annotationsOf(project, dataset);
}

/** A column under roles and a level given by hand; its values are counted anew. */
function toldAs(
  imported: ObsColumnInfo,
  before: ColumnRoles,
  roles: ColumnRoles,
  byHand: PrivacyLevel | undefined,
  stored: () => StoredColumn | undefined,
): ObsColumnInfo {
  const { categories: _, suggested: __, ...column } = imported;
  const found = foundAs(imported, before, roles);
  if (byHand) Object.assign(column, { privacy: byHand, privacyReason: 'by-hand', suggested: found });
  else if (column.privacyReason === 'by-hand') Object.assign(column, imported.suggested ? { suggested: found } : {});
  else {
    delete column.privacyReason;
    Object.assign(column, found);
  }
  if (column.kind !== 'categorical' || column.nDistinct > MOST_LISTED || column.privacy === 'restricted') return column;
  const values = stored();
  if (values?.kind !== 'categorical' || values.categories.length > MOST_LISTED) return column;
  const counts = new Array<number>(values.categories.length).fill(0);
  for (const code of values.codes) if (code >= 0) counts[code]++;
  const categories = listedCategories(column.privacy!, standInWord(roles, column.name), values.categories, counts);
  return categories ? { ...column, categories } : column;
}

/** What the program itself finds under roles. */
function foundAs(imported: ObsColumnInfo, before: ColumnRoles, roles: ColumnRoles): PrivacyChoice {
  const isByHand = imported.privacyReason === 'by-hand';
  const { privacy = 'open', privacyReason } = isByHand ? (imported.suggested ?? { privacy: 'open' }) : imported;
  const found: PrivacyChoice = privacyReason ? { privacy, privacyReason } : { privacy };
  const namesDonors = ROLES_OF_DONORS.some((role) => roles[role] === imported.name);
  const namedDonors = ROLES_OF_DONORS.some((role) => before[role] === imported.name);
  if (namesDonors === namedDonors) return found;
  if (namesDonors) return privacyWithRole(found, true);
  // What looked personal was limited only to group cells by it.
  return privacy === 'limited' && privacyReason !== 'names-donors' ? { ...found, privacy: 'restricted' } : found;
}

interface DatasetSummary extends Partial<Record<`${ColumnRole}Column`, string | null>> {
  nCells: number;
  obsColumns?: ObsColumnInfo[];
}

function importedAs({ summary }: ArtifactManifest): Annotations {
  const told = summary as unknown as DatasetSummary;
  const roles = Object.fromEntries(
    ColumnRole.options.map((role) => [role, told[`${role}Column`] ?? null]),
  ) as ColumnRoles;
  return { roles, columns: (told.obsColumns ?? []).map((column) => withLevel(column, told.nCells, roles)) };
}

/** Datasets of older versions have no levels. */
function withLevel(column: ObsColumnInfo, nCells: number, roles: ColumnRoles): ObsColumnInfo {
  if (column.privacy) return column;
  const { categories: _, ...untold } = column;
  if (roles.donor === column.name) return { ...untold, privacy: 'limited', privacyReason: 'names-donors' };
  if (column.looksPersonal) return { ...untold, privacy: 'restricted', privacyReason: 'name-of-column' };
  if (column.kind !== 'number' && 2 * column.nDistinct > nCells)
    return { ...untold, privacy: 'restricted', privacyReason: 'differs-per-cell' };
  return { ...column, privacy: 'open' };
}
