export type CsvValue = string | number | boolean;

/** Digits that matter in a table; the stored result keeps them all. */
const DIGITS = 6;
const FORMULA = /^[=+\-@\t\r]/;
const MONTH =
  'jan(uary)?|feb(ruary)?|mar(ch|c)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?';
/** What a spreadsheet turns into a date or a number with an exponent when it opens a CSV file. */
const CONVERTED: readonly RegExp[] = [
  new RegExp(`^(${MONTH})[-/. ]?\\d{1,4}$`, 'i'),
  new RegExp(`^\\d{1,4}[-/. ]?(${MONTH})([-/. ]\\d{1,4})?$`, 'i'),
  /^\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?$/,
  /^\d+(\.\d+)?e[+-]?\d+$/i,
  /^0\d+$/,
];

/** Rows as CSV: RFC 4180, `.` as decimal mark whatever the locale. */
export function csvTable(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/**
 * One field.
 *
 * Note: a text that a spreadsheet would run as a formula (OWASP) or turn into a date or another number, as it does with
 * SEPT2 and 2310009E13, is preceded by an apostrophe.
 */
function csvField(value: CsvValue): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));
  const safe = safeText(String(value));
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A text as a spreadsheet leaves it. */
function safeText(text: string): string {
  const isChanged = FORMULA.test(text) || CONVERTED.some((pattern) => pattern.test(text.trim()));
  return isChanged ? `'${text}` : text;
}

/** One field of a table that is pasted into a spreadsheet: every digit, texts as safe as in a CSV file, on one line. */
export function tsvField(value: CsvValue): string {
  return typeof value === 'number' ? String(value) : safeText(String(value)).replaceAll(/[\t\r\n]+/g, ' ');
}
