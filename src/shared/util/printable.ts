/** Everything a terminal would act on instead of showing; line ends and tabs stay. */
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Text of a file, such as the name of a tensor, made safe to print. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, '\uFFFD');
}

/** The beginning of a text of a file, for messages: names may be of any length. */
export function shortened(text: string, length = 60): string {
  const safe = printable(text.slice(0, length));
  return text.length > length ? `${safe}…` : safe;
}
