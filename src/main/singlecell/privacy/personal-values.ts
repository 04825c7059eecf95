import type { PrivacyReason } from '#shared/domain/annotation.ts';
import { GIVEN_NAMES } from './given-names.ts';

type Flag = Exclude<PrivacyReason, 'free-text' | 'differs-per-cell' | 'names-donors' | 'by-hand' | 'name-of-column'>;

const YEAR = '(?:19|20)\\d\\d';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const MONTH_WORD =
  '(?:jan|feb|f[ée]v|m[aäå]r|mrz|apr|avr|may|mai|maj|jun|juin|jul|juil|aug|ao[uû]t|sep|oct|okt|nov|dec|dez|d[ée]c)[a-zéû]*\\.?';
const TIME = '(?:[ T]\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:Z| ?[AaPp][Mm]|[+-]\\d\\d:?\\d\\d)?)?';

const DATES: readonly RegExp[] = [
  new RegExp(`^${YEAR}[-/.]${MONTH}[-/.]${DAY}${TIME}$`),
  new RegExp(`^${DAY}([-/.])${MONTH}\\1(?:${YEAR}|\\d\\d)${TIME}$`),
  new RegExp(`^${MONTH}([-/.])${DAY}\\1(?:${YEAR}|\\d\\d)${TIME}$`),
  new RegExp(`^${DAY}\\.?[ -]${MONTH_WORD}[ -]+(?:${YEAR}|\\d\\d)${TIME}$`, 'i'),
  new RegExp(`^${MONTH_WORD} ${DAY}(?:st|nd|rd|th)?,? ${YEAR}${TIME}$`, 'i'),
  new RegExp(`^${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])$`),
];
const EMAIL = /^<?[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}>?$/i;
const PHONES: readonly RegExp[] = [
  /^(?:\+|00)\d{1,3}[ ./-]?(?:\(?\d+\)?[ ./-]?){2,6}\d$/,
  /^\(\d{2,5}\)[ -]?\d{3,4}[ -]?\d{3,5}$/,
  /^\d{3}[-. ]\d{3}[-. ]\d{4}$/,
  /^0\d{2,5}[ /-]\d{3,4}[ -]?\d{2,5}$/,
];
const RECORDS: readonly RegExp[] = [
  /^(?:MRN|NHS|SSN|PID|HOSP|KVNR|CASE|FALL|PATNR|BSN|CPR|DNI|NIF|NINO)[-_ :#]*[A-Z]?\d{4,}$/i,
  /^\d{3}-\d{2}-\d{4}$/,
  /^\d{3} \d{3} \d{4}$/,
  /^[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/,
  /^\d{6}[-+]\d{4}$/,
  /^[A-Z]\d{9}$/,
];
const ADDRESSES: readonly RegExp[] = [
  /^\d{1,5}[a-z]?,? (?:[A-Z][\w'.-]* ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|way|square|boulevard|blvd|place|terrace|close)\b/i,
  /^\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|place|chemin|impasse|via|calle|piazza)\b/i,
  /^(?:via|calle|rua|piazza) [A-Z].* \d+/i,
  /^[A-ZÄÖÜ][\wäöüß. -]*(?:str(?:a(?:ß|ss)e|\.)?|weg|gasse|platz|allee|laan|straat) \d{1,4} ?[a-z]?\b/i,
];
const TITLED = /^(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|M|Sr|Sra)\.? (?:[A-Z]\.? )*\p{Lu}[\p{L}'-]+/u;
const SURNAME_FIRST = /^\p{Lu}[\p{L}'-]+, ?\p{Lu}(?:[\p{L}'-]+|\.)(?: \p{Lu}\.?)?$/u;
const WORDS = /^\p{Lu}[\p{L}'-]*\.?(?: (?:\p{Lu}\.|\p{L}[\p{L}'-]+)){1,3}$/u;
const INITIAL_FIRST = /^\p{Lu}\. ?(?:\p{Lu}\. ?)?\p{Lu}[\p{L}'-]{2,}$/u;

/** What a single value looks like by itself; null for nothing personal. */
export function personalValue(text: string): Flag | null {
  if (EMAIL.test(text)) return 'e-mail';
  if (DATES.some((pattern) => pattern.test(text))) return 'date';
  if (RECORDS.some((pattern) => pattern.test(text))) return 'record-number';
  if (PHONES.some((pattern) => pattern.test(text))) return 'phone';
  if (ADDRESSES.some((pattern) => pattern.test(text))) return 'address';
  if (isPerson(text)) return 'person';
  return null;
}

/** The same in a column that is about people: any two capitalised words and any long number count. */
export function personalValueOfPerson(text: string): Flag | null {
  const found = personalValue(text);
  if (found) return found;
  if (WORDS.test(text) || INITIAL_FIRST.test(text)) return 'person';
  return /^[A-Z]{0,3}[-_ ]?\d{6,}$/i.test(text) ? 'record-number' : null;
}

/** Given names tell people from cell types, whose names are written alike: `Anna Berg`, not `Dendritic Cell`. */
function isPerson(text: string): boolean {
  if (TITLED.test(text)) return true;
  const words = wordsOf(text);
  if (words.length === 0 || words.length > 4) return false;
  const isGiven = (word: string | undefined) => word !== undefined && GIVEN_NAMES.has(word);
  if (SURNAME_FIRST.test(text)) return words.length > 1;
  if (words.length === 1) return /^\p{Lu}/u.test(text) && isGiven(words[0]);
  return isGiven(words[0]) && /^\p{Lu}/u.test(text);
}

function wordsOf(text: string): string[] {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[\s,_-]+/)
    .filter(Boolean);
}
