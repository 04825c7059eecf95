import type { Face } from '../fonts.ts';
import { robotoFile } from '../fonts.ts';
import { type Piece, piecesOf } from '../pieces.ts';
import { drawSign, SIGN_WIDTH } from './drawn-signs.ts';
import { HanFont } from './han-font.ts';

export interface TextStyle {
  face: Face;
  size: number;
  colour: string;
}

interface MeasuredPiece extends Piece {
  width: number;
}

/** A line as it will be drawn. */
export interface Line {
  pieces: readonly MeasuredPiece[];
  width: number;
  /** The next line goes on behind a space, which is written for whoever hears or copies the text. */
  endsInSpace: boolean;
}

/** Letters hang this far below a base line at most, and stand that far above, in sizes. */
const ASCENT = 0.93;
export const LEADING = 1.32;
/** More letters than this never stand on the width of one size. */
const MOST_TO_A_SIZE = 12;

/**
 * Sets text on a page of a PDF in whatever mixture of scripts, always one line at a time.
 *
 * Note: pdfkit's own line breaker knows one font per text and drops what that font lacks.
 */
export class Typesetter {
  readonly #doc: PDFKit.PDFDocument;
  readonly #han: HanFont;

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
    this.#han = new HanFont(doc);
    for (const face of ['regular', 'bold', 'italic'] as const) doc.registerFont(face, robotoFile(face).bytes);
  }

  width(text: string, style: TextStyle): number {
    return this.#measure(text, style).reduce((sum, { width }) => sum + width, 0);
  }

  /** Broken at spaces, between Han characters, and within words that are too long for a line. */
  lines(text: string, width: number, style: TextStyle): Line[] {
    const lines: Line[] = [];
    for (const part of text.split('\n')) {
      let [current, used] = ['', 0];
      for (const word of wordsOf(part)) {
        const wide = this.width(word.trimEnd(), style);
        if (used > 0 && used + wide > width) {
          lines.push({ ...this.#line(current, style), endsInSpace: /\s$/u.test(current) });
          [current, used] = ['', 0];
        }
        let rest = word;
        while (used === 0 && (rest.length > MOST_TO_A_SIZE * width || this.width(rest.trimEnd(), style) > width)) {
          const fitting = this.#fitting(rest, width, style);
          lines.push(this.#line(rest.slice(0, fitting), style));
          rest = rest.slice(fitting);
        }
        current += rest;
        used = this.width(current, style);
      }
      lines.push(this.#line(current, style));
    }
    return lines;
  }

  /** Draws a line with its upper edge at `y`; gives the height it took. */
  line(line: Line, x: number, y: number, style: TextStyle): number {
    let at = x;
    const base = y + ASCENT * style.size;
    for (const piece of line.pieces) {
      this.#piece(piece, at, base, style);
      at += piece.width;
    }
    if (line.endsInSpace) this.#piece({ kind: 'font', text: ' ', actual: ' ', width: 0 }, at, base, style);
    return LEADING * style.size;
  }

  /** Draws one line from its base line. */
  text(text: string, x: number, base: number, style: TextStyle, anchor: 'start' | 'middle' | 'end' = 'start'): void {
    const pieces = this.#measure(text, style);
    const width = pieces.reduce((sum, piece) => sum + piece.width, 0);
    let at = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    for (const piece of pieces) {
      this.#piece(piece, at, base, style);
      at += piece.width;
    }
  }

  /** Writes what the fonts need; before the document ends. */
  finish(): void {
    this.#han.finish();
  }

  #line(text: string, style: TextStyle): Line {
    const pieces = this.#measure(text.trimEnd(), style);
    return { pieces, width: pieces.reduce((sum, { width }) => sum + width, 0), endsInSpace: false };
  }

  #measure(text: string, { face, size }: TextStyle): MeasuredPiece[] {
    return piecesOf(text, robotoFile(face), { hasHan: true }).map((piece) => {
      if (piece.kind === 'han') return { ...piece, width: size * [...piece.text].length };
      if (piece.kind === 'drawn') return { ...piece, width: size * SIGN_WIDTH };
      return { ...piece, width: this.#doc.font(face).fontSize(size).widthOfString(piece.text) };
    });
  }

  #piece(
    { kind, text, actual, width }: MeasuredPiece,
    x: number,
    base: number,
    { face, size, colour }: TextStyle,
  ): void {
    const doc = this.#doc.fillColor(colour);
    switch (kind) {
      case 'font':
        doc.font(face).fontSize(size).text(text, x, base, { lineBreak: false, baseline: 'alphabetic' });
        return;
      case 'han':
        this.#han.draw(text, x, base, size);
        return;
      case 'coded':
        doc.markContent('Span', { actual });
        doc.font(face).fontSize(size).text(text, x, base, { lineBreak: false, baseline: 'alphabetic' });
        doc.endMarkedContent();
        return;
      case 'drawn':
        // Readers take the word from a glyph, so one that is not painted stands below the shape.
        doc.markContent('Span', { actual });
        doc.addContent('3 Tr');
        doc.font(face).fontSize(size).text('-', x, base, { lineBreak: false, baseline: 'alphabetic' });
        doc.addContent('0 Tr');
        doc.endMarkedContent();
        drawSign(doc, text, { x, base, size, width });
    }
  }

  /** Characters of a word that fit a line, at least one. */
  #fitting(text: string, width: number, style: TextStyle): number {
    const signs = [...text];
    let [fits, tooLong] = [1, Math.min(signs.length + 1, Math.ceil(MOST_TO_A_SIZE * (width / style.size)) + 2)];
    while (fits + 1 < tooLong) {
      const middle = (fits + tooLong) >> 1;
      if (this.width(signs.slice(0, middle).join(''), style) <= width) fits = middle;
      else tooLong = middle;
    }
    return signs.slice(0, fits).join('').length;
  }
}

/** Each with the spaces after it; a Han character is a word of its own. */
function wordsOf(text: string): string[] {
  return text.match(/[\u3001-\u9fa5\uff01-\uff5e]\s*|[^\s\u3001-\u9fa5\uff01-\uff5e]+\s*|\s+/gu) ?? [];
}
