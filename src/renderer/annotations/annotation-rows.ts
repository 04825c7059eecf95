import {
  chosenLevels,
  ColumnRole,
  type ColumnRoles,
  type PrivacyChoice,
  type PrivacyLevel,
  type PrivacyReason,
  privacyWithRole,
  ROLES_OF_DONORS,
} from '#shared/domain/annotation.ts';
import type { FileInspection, ObsColumnInfo } from '#shared/domain/dataset.ts';
import { canGroup } from '#shared/domain/suggested-roles.ts';

/** One annotation with what is said of it and what the program would say. */
export interface AnnotationRow {
  column: ObsColumnInfo;
  roles: ColumnRole[];
  suggestedRoles: ColumnRole[];
  level: PrivacyLevel;
  suggested: PrivacyChoice;
  /** Said by a person, whatever the program finds. */
  isByHand: boolean;
  /** What its name or values look like. */
  flag: PrivacyReason | null;
  /** Groups of cells can be made of it. */
  canGroup: boolean;
}

/** Not flags but consequences of what a column is for. */
const NO_FLAGS: readonly PrivacyReason[] = ['names-donors', 'by-hand'];

export const rolesOf = (roles: Partial<ColumnRoles>, name: string): ColumnRole[] =>
  ColumnRole.options.filter((role) => roles[role] === name);

function row(
  column: ObsColumnInfo,
  roles: Partial<ColumnRoles>,
  suggestedRoles: Partial<ColumnRoles>,
  suggested: PrivacyChoice,
  chosen: PrivacyLevel | undefined,
): AnnotationRow {
  const reason = suggested.privacyReason;
  return {
    column,
    roles: rolesOf(roles, column.name),
    suggestedRoles: rolesOf(suggestedRoles, column.name),
    level: chosen ?? suggested.privacy,
    suggested,
    isByHand: chosen !== undefined,
    flag: reason && !NO_FLAGS.includes(reason) ? reason : null,
    canGroup: canGroup(column),
  };
}

/** Annotations of files that were only looked at, under what the wizard holds. */
export function rowsToImport(
  { obsColumns, suggestedRoles, sampleColumn }: FileInspection,
  asked: Partial<ColumnRoles>,
  columnPrivacy: readonly string[] | undefined,
): AnnotationRow[] {
  const levels = chosenLevels(columnPrivacy);
  // The import names the samples of several files whatever is chosen.
  const roles = { ...asked, sample: asked.sample ?? sampleColumn };
  return obsColumns.map((column) => {
    const { privacy = 'open', privacyReason } = column;
    const namesDonors = ROLES_OF_DONORS.some((role) => asked[role] === column.name);
    const found = privacyWithRole(privacyReason ? { privacy, privacyReason } : { privacy }, namesDonors);
    return row(column, roles, suggestedRoles, found, levels.get(column.name));
  });
}

/** Annotations of a dataset as they are now. */
export function rowsOfDataset(
  columns: readonly ObsColumnInfo[],
  roles: Partial<ColumnRoles>,
  suggestedRoles: Partial<ColumnRoles>,
): AnnotationRow[] {
  return columns.map((column) => {
    const { privacy = 'open', privacyReason } = column;
    const isByHand = privacyReason === 'by-hand';
    const told = privacyReason ? { privacy, privacyReason } : { privacy };
    const found = isByHand ? (column.suggested ?? { privacy }) : told;
    const made = row(column, roles, suggestedRoles, found, isByHand ? privacy : undefined);
    // Only numbers that were imported as groups are stored as such.
    return { ...made, canGroup: column.kind === 'categorical' || column.kind === 'boolean' };
  });
}

/** Plain numbers that nobody has to decide about. */
export function isPlain({ column, roles, suggestedRoles, level, isByHand, flag }: AnnotationRow): boolean {
  return column.kind === 'number' && level === 'open' && !isByHand && !flag && !roles.length && !suggestedRoles.length;
}

/** What has to be looked at comes first; the order does not change while a person decides. */
export function inOrder(rows: readonly AnnotationRow[]): AnnotationRow[] {
  const place = ({ column, suggestedRoles, suggested, flag }: AnnotationRow) => {
    const [role] = suggestedRoles;
    if (role) return ColumnRole.options.indexOf(role);
    if (flag || suggested.privacyReason === 'names-donors') return ColumnRole.options.length;
    return ColumnRole.options.length + (column.kind === 'number' ? 2 : 1);
  };
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** The list a wizard keeps: what the program says anyway is left out. */
export function withLevel(
  columnPrivacy: readonly string[] | undefined,
  { column, suggested }: Pick<AnnotationRow, 'column' | 'suggested'>,
  level: PrivacyLevel,
): string[] | undefined {
  const levels = chosenLevels(columnPrivacy);
  if (level === suggested.privacy) levels.delete(column.name);
  else levels.set(column.name, level);
  const list = [...levels].map(([name, value]) => `${name}=${value}`);
  return list.length > 0 ? list : undefined;
}
