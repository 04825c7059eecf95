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
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)';
const DAY_MONTH = new RegExp(`^(\\d{1,2})[-/ ]${MONTH}(?:[-/ ]\\d{2,4})?$`, 'i');
const MONTH_DAY = new RegExp(`^${MONTH}[-/ ](\\d{1,2})$`, 'i');
const ISO = /^\d{4}-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?$/;
const SERIAL = /^\d{5}$/;
/** Day numbers of 2000-01-01 and 2049-12-31, counted from the spreadsheet epoch 1899-12-30. */
const SERIAL_RANGE = [36526, 54788] as const;
const EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/**
 * Gene names that a spreadsheet would turn into this text, such as SEPT2 for `2-Sep`; empty when it is no such date.
 *
 * Source: Ziemann M, Eren Y, El-Osta A. Genome Biol 2016;17:177 (gene name errors are widespread).
 */
export function namesBehindDate(text: string): string[] {
  const dayMonth = DAY_MONTH.exec(text);
  if (dayMonth) return namesFor(monthNumber(dayMonth[2]), Number(dayMonth[1]));
  const monthDay = MONTH_DAY.exec(text);
  if (monthDay) return namesFor(monthNumber(monthDay[1]), Number(monthDay[2]));
  const iso = ISO.exec(text);
  if (iso) return namesFor(Number(iso[1]), Number(iso[2]));
  return [];
}

/** The same for a date stored as a day number, such as 44806 for 2 September 2022. */
export function namesBehindSerial(text: string): string[] {
  const serial = Number(text);
  if (!SERIAL.test(text) || serial < SERIAL_RANGE[0] || serial > SERIAL_RANGE[1]) return [];
  const date = new Date(EPOCH_MS + serial * DAY_MS);
  return namesFor(date.getUTCMonth() + 1, date.getUTCDate());
}

function monthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function namesFor(month: number, number: number): string[] {
  return (STEMS[month] ?? []).map((stem) => `${stem}${number}`);
}
