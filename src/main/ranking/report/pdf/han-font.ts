/** pdfkit's objects as far as its typings leave them out. */
interface PdfObject {
  write(text: string): void;
  end(): void;
}

const NAME = 'Han';

/**
 * Chinese characters, drawn by a font of whoever reads the file.
 *
 * Source: PDF 1.7 (ISO 32000-1), 9.7.5.2: the predefined CMap UniGB-UCS2-H and the character collection Adobe-GB1,
 * which every conforming reader supplies; all characters used here are one em wide.
 * Note: a Han font of its own would be many times the size of the program's other fonts, and none under a licence of
 * the list in ADR 0007 is a package.
 */
export class HanFont {
  readonly #doc: PDFKit.PDFDocument;
  readonly #used = new Set<number>();
  #font: { Type0: PdfObject; toUnicode: PdfObject } | null = null;

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
  }

  draw(text: string, x: number, base: number, size: number): void {
    const doc = this.#doc;
    const page = doc.page as unknown as { fonts: Record<string, unknown>; height: number };
    page.fonts[NAME] ??= this.#made().Type0;
    let codes = '';
    for (const sign of text) {
      const code = sign.codePointAt(0)!;
      this.#used.add(code);
      codes += hex(code);
    }
    doc.save();
    // A page is drawn upside down, and letters stand upright again here.
    doc.transform(1, 0, 0, -1, 0, page.height);
    doc.addContent(
      `BT 1 0 0 1 ${round(x)} ${round(page.height - base)} Tm /${NAME} ${round(size)} Tf <${codes}> Tj ET`,
    );
    doc.restore();
  }

  /** Tells readers which characters the codes are; without it some cannot search or copy. */
  finish(): void {
    if (!this.#font) return;
    const { Type0, toUnicode } = this.#font;
    const codes = [...this.#used].sort((a, b) => a - b);
    toUnicode.write(toUnicodeMap(codes));
    toUnicode.end();
    Type0.end();
  }

  #made(): { Type0: PdfObject; toUnicode: PdfObject } {
    if (this.#font) return this.#font;
    const make = (data: object) => this.#doc.ref(data) as unknown as PdfObject;
    const descriptor = make({
      Type: 'FontDescriptor',
      FontName: 'STSong-Light',
      Flags: 6,
      FontBBox: [-25, -254, 1000, 880],
      ItalicAngle: 0,
      Ascent: 880,
      Descent: -120,
      CapHeight: 880,
      StemV: 93,
    });
    descriptor.end();
    const descendant = make({
      Type: 'Font',
      Subtype: 'CIDFontType0',
      BaseFont: 'STSong-Light',
      CIDSystemInfo: { Registry: new String('Adobe'), Ordering: new String('GB1'), Supplement: 2 },
      DW: 1000,
      FontDescriptor: descriptor,
    });
    descendant.end();
    const toUnicode = make({});
    const Type0 = make({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: 'STSong-Light-UniGB-UCS2-H',
      Encoding: 'UniGB-UCS2-H',
      DescendantFonts: [descendant],
      ToUnicode: toUnicode,
    });
    this.#font = { Type0, toUnicode };
    return this.#font;
  }
}

function toUnicodeMap(codes: readonly number[]): string {
  const blocks: string[] = [];
  for (let start = 0; start < codes.length; start += 100) {
    const part = codes.slice(start, start + 100).map((code) => `<${hex(code)}> <${hex(code)}>`);
    blocks.push(`${part.length} beginbfchar\n${part.join('\n')}\nendbfchar`);
  }
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange',
    ...blocks,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
