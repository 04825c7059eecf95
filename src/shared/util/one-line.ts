/** Control characters, separators of lines and paragraphs. */
const BREAKS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g;
/** Not seen, but they turn or join what stands beside them. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;

/** A name that a person or a file gave, as one visible line: without control and invisible characters, and one space where there were several. */
export function oneLine(text: string): string {
  return text.replaceAll(INVISIBLE, '').replaceAll(BREAKS, ' ').replaceAll(/\s+/gu, ' ').trim();
}
