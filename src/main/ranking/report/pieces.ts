import type { FontFile } from './fonts.ts';

/** Part of a text that is drawn in one way. */
export interface Piece {
  /** `han`: by the reader's own Chinese font. `drawn`: one sign as a shape. `coded`: characters as their numbers. */
  kind: 'font' | 'han' | 'drawn' | 'coded';
  /** What is drawn. */
  text: string;
  /** What it stands for. */
  actual: string;
}

/** Signs that no shipped font has and that are drawn as shapes. */
export const DRAWN = ['→', '←', '★'] as const;

/**
 * Characters of the Adobe-GB1 collection that are a full square wide: punctuation, kana, Han, full-width forms.
 *
 * Source: Unicode blocks CJK Symbols and Punctuation, Hiragana, Katakana, CJK Unified Ideographs, Fullwidth Forms.
 */
const HAN = /[\u3001-\u3015\u3041-\u3093\u30a1-\u30f6\u4e00-\u9fa5\uff01-\uff5e]/u;

/**
 * Cuts a text where the way it is drawn changes.
 *
 * Note: a character that nothing can draw is shown as [U+1F9EC], never left out: a name that lost a letter looks like
 * another name.
 */
export function piecesOf(text: string, { has }: Pick<FontFile, 'has'>, { hasHan }: { hasHan: boolean }): Piece[] {
  const pieces: Piece[] = [];
  const add = (kind: Piece['kind'], drawn: string, actual: string) => {
    const last = pieces.at(-1);
    if (last?.kind === kind && kind !== 'drawn') {
      last.text += drawn;
      last.actual += actual;
    } else pieces.push({ kind, text: drawn, actual });
  };
  for (const sign of text.normalize('NFC')) {
    const code = sign.codePointAt(0)!;
    if (has(code)) add('font', sign, sign);
    else if (/\s/u.test(sign)) add('font', ' ', sign);
    else if ((DRAWN as readonly string[]).includes(sign)) add('drawn', sign, sign);
    else if (hasHan && HAN.test(sign)) add('han', sign, sign);
    else if (code >= 0x20) add('coded', `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`, sign);
  }
  return pieces;
}
