/** Gene-name stems that spreadsheets read as a month, by month number. */
const STEMS: Record<number, readonly string[]> = {
  2: ['FEB'],
  3: ['MARCH', 'MARC'],
  4: ['APR'],
  9: ['SEPT', 'SEP'],
  10: ['OCT'],
  11: ['NOV'],
  12: ['DEC'],
};
/** Beginnings of month names without accents: English, German, French, Spanish, Italian, Dutch, Portuguese, Nordic. */
const MONTH_WORDS: readonly [month: number, words: RegExp][] = [
  [2, /^(feb(r(uary|uar|ero|aio|eiro|uari)?)?|fev(r(ier)?|ereiro)?)$/],
  [3, /^(mar(ch|s|z|zo|zec|co|t)?|mrz|maerz|mrt|maart)$/],
  [4, /^(apr(il|ile)?|avr(il)?|abr(il)?)$/],
  [9, /^(sept?(ember|embre|tembre|iembre)?|set(tembre|embro|iembre)?)$/],
  [10, /^(oct(ober|obre|ubre)?|okt(ober)?|ott(obre)?|out(ubro)?)$/],
  [11, /^nov(ember|embre|iembre|embro)?$/],
  [12, /^(dec(ember|embre)?|dez(ember|embro)?|dic(iembre|embre)?)$/],
];
const DAY_MONTH = /^(\d{1,2})\.?[-/ ]?\s?([a-z]{3,})\.?(?:[-/ ]\s?(?:\d{2}|\d{4}))?$/;
const MONTH_DAY = /^([a-z]{3,})\.?[-/ ](\d{1,2})$/;
const CLOCK = '(?:[ t]00:00(?::00(?:\\.0+)?)?)?';
const ISO = new RegExp(`^\\d{4}[-/.](\\d{1,2})[-/.](\\d{1,2})${CLOCK}$`);
const NUMBERS = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(?:\\d{2}|\\d{4})${CLOCK}$`);
const SERIAL = /^(\d{5})(?:\.0)?$/;
/** Day numbers of 2000-01-01 and 2049-12-31, counted from the spreadsheet epoch 1899-12-30. */
const SERIAL_RANGE = [36526, 54788] as const;
const EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/**
 * Gene names that a spreadsheet would turn into this text, such as SEPT2 for `2-Sep`; empty when it is no such date.
 *
 * Note: `03/09/2020` is 3 September or 9 March, so it gives the names of both.
 * Source: Ziemann M, Eren Y, El-Osta A. Genome Biol 2016;17:177 (gene name errors are widespread).
 */
export function namesBehindDate(text: string): string[] {
  const plain = text.trim().toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
  const dayMonth = DAY_MONTH.exec(plain);
  if (dayMonth) return namesFor(monthNumber(dayMonth[2]), Number(dayMonth[1]));
  const monthDay = MONTH_DAY.exec(plain);
  if (monthDay) return namesFor(monthNumber(monthDay[1]), Number(monthDay[2]));
  const iso = ISO.exec(plain);
  if (iso) return namesFor(Number(iso[1]), Number(iso[2]));
  const numbers = NUMBERS.exec(plain);
  if (!numbers) return [];
  const [first, second] = [Number(numbers[1]), Number(numbers[3])];
  return [...new Set([...namesFor(second, first), ...namesFor(first, second)])];
}

/** The same for a date stored as a day number, such as 44806 for 2 September 2022. */
export function namesBehindSerial(text: string): string[] {
  const serial = Number(SERIAL.exec(text)?.[1]);
  if (!(serial >= SERIAL_RANGE[0] && serial <= SERIAL_RANGE[1])) return [];
  const date = new Date(EPOCH_MS + serial * DAY_MS);
  return namesFor(date.getUTCMonth() + 1, date.getUTCDate());
}

function monthNumber(word: string): number {
  return MONTH_WORDS.find(([, words]) => words.test(word))?.[0] ?? 0;
}

function namesFor(month: number, number: number): string[] {
  return number >= 1 && number <= 31 ? (STEMS[month] ?? []).map((stem) => `${stem}${number}`) : [];
}
