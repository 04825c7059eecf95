import type { ObsColumn } from '../types.ts';

/** Above this share of distinct values, texts are not groups of cells. */
const MAX_DISTINCT_SHARE = 0.5;
const MAX_CATEGORIES = 10_000;
const MISSING_TEXT = new Set(['', 'nan', 'NaN', 'NA', 'N/A', 'None', '<NA>']);

/** A column of labelled codes; null when a code names no category. Empty labels count as missing. */
export function categoricalColumn(
  name: string,
  categories: readonly string[],
  codes: ArrayLike<number>,
): Extract<ObsColumn, { kind: 'categorical' }> | null {
  const kept: string[] = [];
  const target = new Map<string, number>();
  const newCode = categories.map((category) => {
    if (MISSING_TEXT.has(category.trim())) return -1;
    const known = target.get(category);
    if (known !== undefined) return known;
    target.set(category, kept.length);
    return kept.push(category) - 1;
  });
  const out = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (!Number.isInteger(code) || code < -1 || code >= categories.length) return null;
    out[i] = code < 0 ? -1 : newCode[code];
  }
  return { name, kind: 'categorical', categories: kept, codes: out };
}

/** Texts as a categorical column where they repeat, else as text. Categories are sorted. */
export function columnFromTexts(name: string, texts: readonly (string | null)[]): ObsColumn {
  const values = texts.map((text) => (text === null || MISSING_TEXT.has(text.trim()) ? null : text));
  const distinct = new Set(values);
  distinct.delete(null);
  if (distinct.size > MAX_CATEGORIES || distinct.size > Math.max(1, MAX_DISTINCT_SHARE * values.length)) {
    return { name, kind: 'text', values };
  }
  const categories = ([...distinct] as string[]).sort();
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : codeOf.get(value)!));
  return { name, kind: 'categorical', categories, codes };
}
