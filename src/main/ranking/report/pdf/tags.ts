type Element = ReturnType<PDFKit.PDFDocument['struct']>;

/** A structure type of PDF 1.7 that reports use. */
export type Tag =
  | ('Document' | 'Sect' | 'H1' | 'H2' | 'H3' | 'P' | 'Code' | 'L' | 'LI' | 'Lbl' | 'LBody' | 'Figure')
  | ('Table' | 'Caption' | 'THead' | 'TBody' | 'TR' | 'TH' | 'TD');

interface TagOptions {
  /** What stands for a picture where it is heard. */
  alt?: string;
  /** Left, top, right and bottom on the page. */
  bbox?: [number, number, number, number];
  /** What a cell heads. */
  scope?: 'Column' | 'Row';
}

/**
 * Says what is drawn: heading, paragraph, list, table, figure, or nothing that is read aloud.
 *
 * Source: PDF 1.7 (ISO 32000-1), 14.7 and 14.8.
 */
export class Tags {
  readonly #doc: PDFKit.PDFDocument;
  /** The element that is being filled, and those around it. */
  readonly #open: Element[];
  #isDecoration = false;

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
    this.#open = [doc.struct('Document')];
    doc.addStructure(this.#open[0]);
  }

  /** What is drawn by `draw` is of an element of this type. */
  within<T>(tag: Tag, draw: () => T, options: TagOptions = {}): T {
    if (this.#isDecoration) return draw();
    const element = this.#doc.struct(tag, options as PDFKit.Mixins.StructureElementOptions);
    this.#open.at(-1)!.add(element);
    this.#open.push(element);
    const drawn = draw();
    this.#open.pop();
    return drawn;
  }

  /** Text or picture of the innermost element; on one page, and with no other content inside. */
  content<T>(draw: () => T): T {
    if (this.#isDecoration) return draw();
    const element = this.#open.at(-1)!;
    const content = this.#doc.markStructureContent(
      (element as unknown as { dictionary: { data: { S: string } } }).dictionary.data.S,
    );
    const drawn = draw();
    this.#doc.endMarkedContent();
    element.add(content);
    return drawn;
  }

  /** Lines, grounds, and what is repeated on every page: not read aloud. */
  decoration<T>(draw: () => T): T {
    if (this.#isDecoration) return draw();
    this.#isDecoration = true;
    this.#doc.markContent('Artifact', { type: 'Layout' });
    const drawn = draw();
    this.#doc.endMarkedContent();
    this.#isDecoration = false;
    return drawn;
  }

  /** Writes the tree; nothing can be drawn into it afterwards. */
  finish(): void {
    this.#open[0].end();
  }
}
