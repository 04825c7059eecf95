import {
  chosenLevels,
  listedCategories,
  MOST_LISTED,
  type PrivacyChoice,
  privacyWithRole,
  ROLES_OF_DONORS,
  standInWord,
  type ColumnRoles,
} from '#shared/domain/annotation.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { namesDonors } from '#shared/domain/suggested-roles.ts';
import { lookOf } from '../privacy/personal-column.ts';
import type { ObsColumn } from '../types.ts';

/** Above this share of distinct values a text names cells, not groups of them. */
const SHARE_OF_NAMES = 0.5;

/** What is known of a dataset's columns besides their values. */
export interface ColumnUse {
  roles: Partial<ColumnRoles>;
  /** `column=level`, chosen by the user. */
  columnPrivacy?: readonly string[];
}

/** What lists and wizards show of an annotation: values only where it is open, stand-ins where it is limited. */
export function columnInfo(column: ObsColumn, use: ColumnUse = { roles: {} }): ObsColumnInfo {
  const { name, kind } = column;
  const { nDistinct, nMissing, nCells, texts } = summary(column);
  const look = lookOf(name, texts, nCells);
  const found = privacyOf(column, { nDistinct, nCells, look, isNumeric: texts.every(isNumber) }, use.roles);
  const chosen = chosenLevels(use.columnPrivacy).get(name);
  const { privacy: level, privacyReason: reason }: PrivacyChoice = chosen
    ? { privacy: chosen, privacyReason: 'by-hand' }
    : found;
  const info: ObsColumnInfo = {
    name,
    kind,
    nDistinct,
    nMissing,
    ...(kind === 'number' && texts.length > 0 ? { isWhole: true as const } : {}),
    looksPersonal: look.flag !== null,
    privacy: level,
    ...(reason ? { privacyReason: reason } : {}),
    ...(chosen ? { suggested: found } : {}),
  };
  if (column.kind !== 'categorical' || column.categories.length > MOST_LISTED || level === 'restricted') return info;
  const counts = new Array<number>(column.categories.length).fill(0);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  const categories = listedCategories(level, standInWord(use.roles, name), column.categories, counts);
  if (categories) info.categories = categories;
  return info;
}

function privacyOf(
  { name, kind }: ObsColumn,
  found: { nDistinct: number; nCells: number; look: ReturnType<typeof lookOf>; isNumeric: boolean },
  roles: ColumnUse['roles'],
): PrivacyChoice {
  const { look } = found;
  const isText = kind === 'text' || kind === 'categorical';
  const differs = isText && found.nDistinct > SHARE_OF_NAMES * found.nCells && found.nDistinct > 1 && !found.isNumeric;
  const reason = look.flag ?? (look.isFreeText ? 'free-text' : differs ? 'differs-per-cell' : null);
  const isOfDonors = kind !== 'boolean' && namesDonors(name);
  const itself: PrivacyChoice = reason
    ? { privacy: 'restricted', privacyReason: reason }
    : isOfDonors
      ? { privacy: 'limited', privacyReason: 'names-donors' }
      : { privacy: 'open' };
  return privacyWithRole(
    itself,
    ROLES_OF_DONORS.some((role) => roles[role] === name),
  );
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function summary(column: ObsColumn): { nDistinct: number; nMissing: number; nCells: number; texts: string[] } {
  switch (column.kind) {
    case 'categorical': {
      const used = new Set(column.codes);
      used.delete(-1);
      const nMissing = column.codes.reduce((n, code) => n + (code < 0 ? 1 : 0), 0);
      const texts = [...used].map((code) => column.categories[code]);
      return { nDistinct: used.size, nMissing, nCells: column.codes.length, texts };
    }
    case 'number': {
      const distinct = new Set(column.values.filter((value) => !Number.isNaN(value)));
      const nMissing = column.values.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), 0);
      const isWhole = [...distinct].every((value) => Number.isInteger(value));
      const texts = isWhole ? [...distinct].map(String) : [];
      return { nDistinct: distinct.size, nMissing, nCells: column.values.length, texts };
    }
    case 'boolean': {
      const distinct = new Set(column.values);
      distinct.delete(-1);
      const nMissing = column.values.reduce((n, value) => n + (value < 0 ? 1 : 0), 0);
      return { nDistinct: distinct.size, nMissing, nCells: column.values.length, texts: [] };
    }
    case 'text': {
      const distinct = new Set(column.values);
      distinct.delete(null);
      const nMissing = column.values.reduce((n, value) => n + (value === null ? 1 : 0), 0);
      return { nDistinct: distinct.size, nMissing, nCells: column.values.length, texts: [...distinct] as string[] };
    }
  }
}
