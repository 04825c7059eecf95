import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { ObsColumn } from '../types.ts';

/** Categories are listed only where there are at most this many (see ObsColumnInfo). */
const MAX_LISTED = 200;
/** Share of the distinct values that must look personal. */
const PERSONAL_SHARE = 0.5;

const PERSONAL_NAME =
  /(^|[_. ])(e?mail|phone|surname|forename|firstname|lastname|(first|last|full|patient|subject|donor|person)[_. ]?name|dob|birth(day|date)?|date[_. ]?of[_. ]?\w+|date|mrn|ssn|nhs|passport|(medical|patient|hospital)[_. ]?(record|number|no)|address|postcode|zip)($|[_. ])/i;
const PERSON_COLUMN = /(patient|subject|donor|person|participant|individual)/i;
const PERSONAL_VALUES: readonly RegExp[] = [
  /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i,
  /^(19|20)\d\d[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])([ T].*)?$/,
  /^(0?[1-9]|[12]\d|3[01])[-/.](0?[1-9]|1[0-2])[-/.](19|20)?\d\d$/,
  /^(MRN|NHS|SSN)[-_ :#]*\d{4,}$/i,
  /^\d{3}-\d{2}-\d{4}$/,
  /^(Mr|Mrs|Ms|Dr)\.? [A-Z]/,
  /^[A-Z][a-z]+, [A-Z][a-z]+/,
];
/** Names of people look like names of cell types, so only columns about people are asked. */
const PERSON_VALUES: readonly RegExp[] = [/^[A-Z][a-z]+ [A-Z][a-z]+$/, /^\d{7,}$/];

/** What lists and wizards show of an annotation. */
export function columnInfo(column: ObsColumn): ObsColumnInfo {
  const { name, kind } = column;
  const { nDistinct, nMissing, texts } = summary(column);
  const info: ObsColumnInfo = { name, kind, nDistinct, nMissing, looksPersonal: looksPersonal(name, texts) };
  if (column.kind === 'categorical' && column.categories.length <= MAX_LISTED) {
    const nCells = new Array<number>(column.categories.length).fill(0);
    for (const code of column.codes) if (code >= 0) nCells[code]++;
    info.categories = column.categories.map((value, code) => ({ value, nCells: nCells[code] }));
  }
  return info;
}

/**
 * Whether the values of a column must not be told: it names donors, looks personal, or says something else of nearly every
 * cell, as free text and record numbers do.
 */
export function hasPrivateValues(
  { name, kind, nDistinct, looksPersonal: isPersonal }: ObsColumnInfo,
  dataset: { nCells: number; donorColumn: string | null | undefined },
): boolean {
  return isPersonal || name === dataset.donorColumn || (kind !== 'number' && 2 * nDistinct > dataset.nCells);
}

/** Whether a column looks like names, dates, record numbers or e-mail addresses. */
export function looksPersonal(name: string, distinctTexts: readonly string[]): boolean {
  if (PERSONAL_NAME.test(name)) return true;
  if (distinctTexts.length === 0) return false;
  const patterns = PERSON_COLUMN.test(name) ? [...PERSONAL_VALUES, ...PERSON_VALUES] : PERSONAL_VALUES;
  const n = distinctTexts.filter((text) => patterns.some((pattern) => pattern.test(text.trim()))).length;
  return n > PERSONAL_SHARE * distinctTexts.length;
}

function summary(column: ObsColumn): { nDistinct: number; nMissing: number; texts: string[] } {
  switch (column.kind) {
    case 'categorical': {
      const used = new Set(column.codes);
      used.delete(-1);
      const nMissing = column.codes.reduce((n, code) => n + (code < 0 ? 1 : 0), 0);
      return { nDistinct: used.size, nMissing, texts: [...used].map((code) => column.categories[code]) };
    }
    case 'number': {
      const distinct = new Set(column.values.filter((value) => !Number.isNaN(value)));
      const nMissing = column.values.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), 0);
      const isWhole = [...distinct].every((value) => Number.isInteger(value));
      return { nDistinct: distinct.size, nMissing, texts: isWhole ? [...distinct].map(String) : [] };
    }
    case 'boolean': {
      const distinct = new Set(column.values);
      distinct.delete(-1);
      return {
        nDistinct: distinct.size,
        nMissing: column.values.reduce((n, value) => n + (value < 0 ? 1 : 0), 0),
        texts: [],
      };
    }
    case 'text': {
      const distinct = new Set(column.values);
      distinct.delete(null);
      const nMissing = column.values.reduce((n, value) => n + (value === null ? 1 : 0), 0);
      return { nDistinct: distinct.size, nMissing, texts: [...distinct] as string[] };
    }
  }
}
