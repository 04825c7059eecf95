import { pdfObjects, pdfParts, utf16 } from './pdf-words.ts';

/** An element of a tagged PDF: what it is, what it says, what is inside. */
export interface PdfElement {
  tag: string;
  alt: string | null;
  scope: string | null;
  hasBox: boolean;
  children: PdfElement[];
  /** Of the element and all inside it, in reading order. */
  words: string;
}

/** The structure tree of an uncompressed PDF of pdfkit, read without pdfkit, and the words that are in no element. */
export function pdfTree(pdf: Buffer): { root: PdfElement; stray: string; catalog: string } {
  const objects = pdfObjects(pdf);
  const parts = pdfParts(pdf);
  const unread = new Set([...parts.values()].flat());
  const catalog = [...objects.values()].find((body) => /\/Type \/Catalog/.test(body)) ?? '';
  const treeRoot = objects.get(/\/StructTreeRoot (\d+) 0 R/.exec(catalog)?.[1] ?? '') ?? '';
  const wordsOf = (page: string, mark: number) => {
    const found = parts.get(page)?.find((part) => part.mark === mark);
    if (!found) throw new Error(`page ${page} has no part ${mark}`);
    if (!unread.delete(found)) throw new Error(`part ${mark} of page ${page} is in two elements`);
    return found.words;
  };
  const elementOf = (id: string, parent: string): PdfElement => {
    const body = objects.get(id) ?? '';
    if (/\/P (\d+) 0 R/.exec(body)?.[1] !== parent) throw new Error(`element ${id} names another parent`);
    const page = /\/Pg (\d+) 0 R/.exec(body.replaceAll(/<<\n\/Type \/MCR[^>]*>>/g, ''))?.[1] ?? '';
    const kids = /\/K \[([\s\S]*?)\]/.exec(body)?.[1] ?? '';
    const children: PdfElement[] = [];
    let words = '';
    for (const [, mcrPage, mcrMark, child, mark] of kids.matchAll(
      /<<\n\/Type \/MCR\n\/Pg (\d+) 0 R\n\/MCID (\d+)\n>>|(\d+) 0 R|(\d+)/g,
    )) {
      if (mcrMark) words += wordsOf(mcrPage, Number(mcrMark));
      else if (mark) words += wordsOf(page, Number(mark));
      else {
        children.push(elementOf(child, id));
        words += children.at(-1)!.words;
      }
    }
    const alt = /\/Alt \(([\s\S]*?[^\\])\)\n/.exec(body)?.[1];
    return {
      tag: /\/S \/(\w+)/.exec(body)?.[1] ?? '',
      alt: alt === undefined ? null : utf16(alt),
      scope: /\/Scope \/(\w+)/.exec(body)?.[1] ?? null,
      hasBox: body.includes('/BBox ['),
      children,
      words,
    };
  };
  const rootId = [...objects].find(([, body]) => body === treeRoot)?.[0] ?? '';
  const root = elementOf(/\/K \[(\d+) 0 R\]/.exec(treeRoot)?.[1] ?? '', rootId);
  const stray = [...unread]
    .filter(({ mark }) => mark !== 'decoration')
    .map(({ words }) => words)
    .join('');
  return { root, stray, catalog };
}

/** Every element of a kind, in reading order. */
export function ofTag(root: PdfElement, tag: string): PdfElement[] {
  return [...(root.tag === tag ? [root] : []), ...root.children.flatMap((child) => ofTag(child, tag))];
}
