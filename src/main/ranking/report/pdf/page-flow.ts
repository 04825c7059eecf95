import { PAPER } from '../scene.ts';
import { Tags } from './tags.ts';
import { type TextStyle, Typesetter } from './typesetter.ts';

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89 };
const MARGIN = { x: 50, top: 62, bottom: 56 };

/** Lines of a text that is not parted between two pages. */
const SHORT = 6;

/** Fills pages from top to bottom and begins a new one where something does not fit. */
export class PageFlow {
  readonly doc: PDFKit.PDFDocument;
  readonly text: Typesetter;
  readonly tags: Tags;
  readonly left = MARGIN.x;
  readonly width = PAGE.width - 2 * MARGIN.x;
  y: number = MARGIN.top;

  constructor(doc: PDFKit.PDFDocument) {
    this.doc = doc;
    this.text = new Typesetter(doc);
    this.#newPage();
    this.tags = new Tags(doc);
  }

  /** Begins a page unless `height` fits; true where it did. */
  room(height: number): boolean {
    if (this.y + height <= PAGE.height - MARGIN.bottom || this.y === MARGIN.top) return false;
    this.#newPage();
    return true;
  }

  /** Sets a text of the innermost element line by line; `indent` from the left. A short text stays on one page. */
  paragraph(text: string, style: TextStyle, after: number, indent = 0): void {
    const lines = this.text.lines(text, this.width - indent, style);
    if (lines.length <= SHORT) this.room(1.4 * style.size * lines.length);
    for (const line of lines) {
      this.room(1.4 * style.size);
      this.y += this.tags.content(() => this.text.line(line, this.left + indent, this.y, style));
    }
    this.y += after;
  }

  rule(y: number, colour: string, width: number): void {
    this.tags.decoration(() =>
      this.doc
        .save()
        .lineWidth(width)
        .moveTo(this.left, y)
        .lineTo(this.left + this.width, y)
        .stroke(colour)
        .restore(),
    );
  }

  /** A coloured ground for what is drawn next. */
  box(y: number, height: number, colour: string): void {
    this.tags.decoration(() => this.doc.rect(this.left, y, this.width, height).fill(colour));
  }

  /** Head and foot of every page, when their number is known. */
  number(head: string, foot: string): void {
    const { count } = this.doc.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.doc.switchToPage(page);
      this.tags.decoration(() => this.#headAndFoot(page, count, head, foot));
    }
  }

  #headAndFoot(page: number, count: number, head: string, foot: string): void {
    const style: TextStyle = { face: 'regular', size: 7.5, colour: PAPER.soft };
    const right = this.left + this.width;
    if (page > 0) {
      this.text.text(head, this.left, 38, style);
      this.rule(44, PAPER.line, 0.5);
    }
    const base = PAGE.height - 30;
    this.rule(base - 12, PAPER.line, 0.5);
    this.text.text(foot, this.left, base, style);
    this.text.text(`page ${page + 1} of ${count}`, right, base, style, 'end');
  }

  #newPage(): void {
    this.doc.addPage({ size: [PAGE.width, PAGE.height], margin: 0 });
    this.y = MARGIN.top;
  }
}
