import type { PrivacyReason } from '#shared/domain/annotation.ts';
import { nameWords } from '#shared/util/name-words.ts';
import { isFreeText } from './free-text.ts';
import { personalValue, personalValueOfPerson } from './personal-values.ts';

/** Share of the distinct values that must look personal; fewer in a column that is about people. */
const PERSONAL_SHARE = 0.5;
const PERSON_SHARE = 0.3;
/** So many distinct values, evenly drawn, tell what a column holds. */
const LOOKED_AT = 2000;

const PERSON =
  '(?:patient|subject|donor|person|participant|individual|proband|spender|contact|next of kin|doctor|physician)';
const PERSONAL_NAMES: readonly RegExp[] = [
  /\b(?:e ?mail|mail address|phone|telephone|telefon|tel|mobile|cell ?phone|handy|fax)(?: ?(?:no|nr|number))?\b/,
  /\b(?:surname|sur name|forename|fore name|last ?name|first ?name|middle ?name|full ?name|maiden ?name|given ?name|family ?name|vorname|nachname|prenom|prénom|apellidos?|nombre|cognome|achternaam|voornaam|initials)\b/,
  new RegExp(`\\b${PERSON}s? names?\\b|\\bnames? of (?:the )?${PERSON}\\b`),
  /\b(?:dob|birth ?(?:day|date|year|place)?|yob|year of birth|born|geburts\w*|geboren|naissance)\b/,
  /\bdates?\b(?! ?palm)|\bdatum\b|\b(?:admitted|admission|discharged?|deceased|died)(?: (?:on|at|day|time))?\b/,
  /\b(?:mrn|ssn|nhs|bsn|kvnr|passport|driving licen[cs]e|social security|national id|insurance(?: (?:no|nr|number|id))?)\b/,
  /\b(?:medical|patient|hospital|case|health|chart|record)s? (?:records?|number|no|nr|num)\b|\bfallnummer\b|\bpatienten(?:id|nummer|nr)\b/,
  /\b(?:address|adresse|street|strasse|straße|postcode|post code|postal code|postleitzahl|plz|zip|zip ?code|home ?town|residence)\b/,
];
const ABOUT_PEOPLE = new RegExp(`\\b(?:${PERSON}|who|surgeon|operator|pi|investigator|clinician)s?(?: id)?\\b`);
/** Words that are about cells or machines, whatever stands beside them. */
const NOT_PERSONAL =
  /\b(?:gene|cell|cluster|type|sample|library|file|batch|run|channel|lane|tissue|assay|protocol|lineage|dataset) name\b|\bup ?date\b/;

/** What of the words of a column name speaks of a person; null where nothing does. */
export function isPersonalName(name: string): boolean {
  const words = nameWords(name);
  return !NOT_PERSONAL.test(words) && PERSONAL_NAMES.some((pattern) => pattern.test(words));
}

export interface ColumnLook {
  /** Looks like people, dates, records or ways to reach somebody. */
  flag: PrivacyReason | null;
  isFreeText: boolean;
}

/**
 * What a column looks like from its name and its distinct values.
 *
 * Note: whole numbers come as texts; measured numbers are not looked at. Without a number of cells, every text is taken to be one cell's.
 */
export function lookOf(name: string, distinctTexts: readonly string[], nCells = distinctTexts.length): ColumnLook {
  const texts = sampled(distinctTexts)
    .map((text) => text.trim())
    .filter(Boolean);
  const flag = isPersonalName(name) ? 'name-of-column' : flagOfValues(name, texts);
  return { flag, isFreeText: isFreeText(name, texts, nCells) };
}

function flagOfValues(name: string, texts: readonly string[]): PrivacyReason | null {
  if (texts.length === 0) return null;
  const isAboutPeople = ABOUT_PEOPLE.test(nameWords(name)) && !NOT_PERSONAL.test(nameWords(name));
  const look = isAboutPeople ? personalValueOfPerson : personalValue;
  const found = new Map<PrivacyReason, number>();
  let n = 0;
  for (const text of texts) {
    const flag = look(text);
    // A compact date and a day number are also counts of molecules; numbers are dates only where the name says so.
    if (flag === null || (flag === 'date' && isNumber(text) && !isAboutPeople)) continue;
    found.set(flag, (found.get(flag) ?? 0) + 1);
    n++;
  }
  if (n <= (isAboutPeople ? PERSON_SHARE : PERSONAL_SHARE) * texts.length) return null;
  return [...found].sort(([, a], [, b]) => b - a)[0][0];
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

function sampled(texts: readonly string[]): readonly string[] {
  if (texts.length <= LOOKED_AT) return texts;
  const step = texts.length / LOOKED_AT;
  return Array.from({ length: LOOKED_AT }, (_, i) => texts[Math.floor(i * step)]);
}
