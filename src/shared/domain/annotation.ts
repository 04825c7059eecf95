import { z } from 'zod';

/**
 * Who may see the values of an annotation.
 *
 * open: everybody; limited: cells are grouped by it, its values are told as `donor 1`, `donor 2`, …; restricted: its values
 * reach no list, summary, result, report, log, message or export.
 */
export const PrivacyLevel = z.enum(['open', 'limited', 'restricted']);
export type PrivacyLevel = z.infer<typeof PrivacyLevel>;

/** Why a column is not open, or was flagged. */
export const PrivacyReason = z.enum([
  'name-of-column',
  'e-mail',
  'phone',
  'date',
  'record-number',
  'person',
  'address',
  'free-text',
  'differs-per-cell',
  'names-donors',
  'by-hand',
]);
export type PrivacyReason = z.infer<typeof PrivacyReason>;

/** What a column is used for; a role is held by one column, a column may hold several. */
export const ColumnRole = z.enum(['label', 'donor', 'sample', 'batch', 'condition']);
export type ColumnRole = z.infer<typeof ColumnRole>;

/** Name of the column of each role; null where no column has it. */
export type ColumnRoles = Record<ColumnRole, string | null>;

/** Roles whose values name donors or what stands for them. */
export const ROLES_OF_DONORS: readonly ColumnRole[] = ['donor', 'sample'];

/** `column=level`, as `notes=open`; the last equals sign parts them. */
export const COLUMN_PRIVACY = /^(.+)=(open|limited|restricted)$/s;

/** Values of a column with more than this many are not listed. */
export const MOST_LISTED = 200;

/** Groups of fewer cells than this are not listed one by one where the column is limited. */
export const FEWEST_LISTED = 10;

/** Levels chosen by hand, by column. */
export function chosenLevels(choices: readonly string[] | undefined): Map<string, PrivacyLevel> {
  const parsed = (choices ?? []).map((choice) => COLUMN_PRIVACY.exec(choice)!);
  return new Map(parsed.map(([, column, level]) => [column, level as PrivacyLevel]));
}

/** What stands for the values of a limited column wherever they would be told: `donor 1` for the first category. */
export function standIns(role: string, nCategories: number): string[] {
  return Array.from({ length: nCategories }, (_, i) => `${role} ${i + 1}`);
}

export interface CategoryCount {
  value: string;
  nCells: number;
}

/** Categories as a list may show them; null where it may not. Small groups of a limited column are told as one. */
export function listedCategories(
  level: PrivacyLevel,
  role: string,
  categories: readonly string[],
  counts: readonly number[],
): CategoryCount[] | null {
  if (level === 'restricted') return null;
  if (level === 'open') return categories.map((value, code) => ({ value, nCells: counts[code] }));
  const named = standIns(role, categories.length).map((value, code) => ({ value, nCells: counts[code] }));
  const small = counts.filter((n) => n > 0 && n < FEWEST_LISTED);
  const large = named.filter(({ nCells }) => nCells >= FEWEST_LISTED);
  if (small.length === 0) return large;
  const rest = { value: `${small.length} of fewer than ${FEWEST_LISTED} cells`, nCells: small.reduce((a, b) => a + b) };
  return [...large, rest];
}

/** The word that stand-ins of a column begin with. */
export function standInWord(roles: Partial<ColumnRoles>, column: string): string {
  return ROLES_OF_DONORS.find((role) => roles[role] === column) ?? 'group';
}

/** A level and what speaks for it. */
export interface PrivacyChoice {
  privacy: PrivacyLevel;
  privacyReason?: PrivacyReason;
}

/** What a column has by itself, as told with no role, once it names donors or samples or does not. */
export function privacyWithRole(itself: PrivacyChoice, namesDonors: boolean): PrivacyChoice {
  if (!namesDonors) return itself;
  // Donors are needed for grouping; their values are not told either way.
  return { privacy: 'limited', privacyReason: itself.privacyReason ?? 'names-donors' };
}
