/** What stands in one marked part of a page; `mark` is its number, `decoration`, or null outside of every part. */
export interface PdfPart {
  mark: number | 'decoration' | null;
  words: string;
}

/** Objects of an uncompressed PDF of pdfkit by their number. */
export function pdfObjects(pdf: Buffer): Map<string, string> {
  const objects = new Map<string, string>();
  for (const [, id, body] of pdf.toString('latin1').matchAll(/\n(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(id, body);
  return objects;
}

/** What an uncompressed PDF of pdfkit says, page by page, read without pdfkit. */
export function pdfPages(pdf: Buffer): string[] {
  return [...pdfParts(pdf).values()].map((parts) => parts.map(({ words }) => words).join(''));
}

/** The same in the parts it is marked as, by the object number of its page. */
export function pdfParts(pdf: Buffer): Map<string, PdfPart[]> {
  const objects = pdfObjects(pdf);
  const of = (id: string | undefined) => objects.get(id ?? '') ?? '';
  const streamOf = (body: string) => /stream\n([\s\S]*?)\nendstream/.exec(body)?.[1] ?? '';
  const fontOf = new Map<string, Map<string, string>>();
  const charsOf = (fontId: string) => {
    let chars = fontOf.get(fontId);
    if (!chars) {
      const map = streamOf(of(/\/ToUnicode (\d+) 0 R/.exec(of(fontId))?.[1]));
      chars = readMap(map);
      fontOf.set(fontId, chars);
    }
    return chars;
  };
  const pages = [...objects].filter(([, body]) => /\/Type \/Page\n/.test(body));
  return new Map(
    pages.map(([id, page]) => {
      const content = streamOf(of(/\/Contents (\d+) 0 R/.exec(page)?.[1]));
      const resources = of(/\/Resources (\d+) 0 R/.exec(page)?.[1]);
      const fonts = new Map([...resources.matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name, font]) => [name, font]));
      const parts: PdfPart[] = [{ mark: null, words: '' }];
      const open: ('span' | 'part')[] = [];
      let font = '';
      let isStoodFor = false;
      const say = (words: string) => (parts[parts.length - 1].words += words);
      for (const [, name, shown, actual, mark, end] of content.matchAll(
        /\/(\w+) [\d.]+ Tf|((?:\[[^\]]*\] TJ)|(?:<[0-9a-fA-F]*> Tj))|\/Span <<\n\/ActualText \(([\s\S]*?[^\\])\)\n>> BDC|(\/\w+ <<\n\/(?:MCID \d+|Type \/Layout)\n>> BDC)|\n(EMC)\b/g,
      )) {
        if (name) font = name;
        else if (end) {
          isStoodFor = false;
          if (open.pop() === 'part') parts.push({ mark: null, words: '' });
        } else if (mark) {
          const number = /MCID (\d+)/.exec(mark)?.[1];
          parts.push({ mark: number === undefined ? 'decoration' : Number(number), words: '' });
          open.push('part');
        } else if (actual !== undefined) {
          say(utf16(actual));
          isStoodFor = true;
          open.push('span');
        } else if (!isStoodFor) {
          const chars = charsOf(fonts.get(font) ?? '');
          for (const [, codes] of shown.matchAll(/<([0-9a-fA-F]*)>/g))
            say((codes.match(/.{4}/g) ?? []).map((code) => chars.get(code.toUpperCase()) ?? '?').join(''));
          say(' ');
        }
      }
      return [id, parts];
    }),
  );
}

function readMap(map: string): Map<string, string> {
  const chars = new Map<string, string>();
  for (const [, block] of map.matchAll(/beginbfchar\n([\s\S]*?)\nendbfchar/g))
    for (const [, from, to] of block.matchAll(/<(\w+)> <(\w+)>/g)) chars.set(from.toUpperCase(), text(to));
  for (const [, first, , list] of map.matchAll(/<(\w+)> <(\w+)> \[([^\]]*)\]/g)) {
    let code = parseInt(first, 16);
    for (const [, to] of list.matchAll(/<([\w ]+)>/g))
      chars.set((code++).toString(16).toUpperCase().padStart(4, '0'), text(to.replaceAll(' ', '')));
  }
  return chars;
}

function text(hex: string): string {
  return String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((code) => parseInt(code, 16)));
}

export function utf16(escaped: string): string {
  const bytes = Buffer.from(
    escaped.replaceAll(/\\([\\()nr])/g, (_, sign: string) => ({ n: '\n', r: '\r' })[sign] ?? sign),
    'latin1',
  );
  return bytes[0] === 0xfe && bytes[1] === 0xff
    ? bytes.subarray(2).swap16().toString('utf16le')
    : bytes.toString('latin1');
}
