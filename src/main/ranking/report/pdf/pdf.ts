import PDFDocument from 'pdfkit';
import type { Block, ReportDocument, Section } from '../blocks.ts';
import { PAPER } from '../scene.ts';
import { drawScene } from './draw-scene.ts';
import { PageFlow } from './page-flow.ts';
import { setTable } from './table.ts';
import type { TextStyle } from './typesetter.ts';

const BODY: TextStyle = { face: 'regular', size: 9.5, colour: PAPER.ink };
const HINT: TextStyle = { face: 'regular', size: 8.5, colour: PAPER.soft };
const TITLE: TextStyle = { face: 'bold', size: 19, colour: PAPER.ink };
const HEADING: TextStyle = { face: 'bold', size: 12.5, colour: PAPER.ink };
const CODE: TextStyle = { face: 'regular', size: 7.5, colour: PAPER.ink };
const GROUNDS = { plain: null, lead: PAPER.accent, warning: '#c98a00' } as const;
const PADDING = 12;

/**
 * A report as a PDF of A4 pages: figures as lines, Roboto embedded, bookmarks, no time of making.
 *
 * Note: not compressed, since deflate is not the same bytes on every machine; same report, same bytes.
 */
export async function reportPdf(report: ReportDocument, identity: string): Promise<Buffer> {
  const doc = new PDFDocument({
    autoFirstPage: false,
    bufferPages: true,
    compress: false,
    // Above it pdfkit writes titles unescaped into XML.
    pdfVersion: '1.3',
    lang: 'en',
    displayTitle: true,
    info: {
      Title: report.title,
      Subject: report.subtitle,
      Keywords: report.keywords.join(', '),
      Creator: `GeneCompass Workbench ${report.version}`,
      Producer: 'pdfkit',
      CreationDate: new Date(0),
    },
  });
  (doc as unknown as { _root: { data: Record<string, unknown> } })._root.data.Version = '1.7';
  const flow = new PageFlow(doc);
  flow.paragraph(report.kicker, HINT, 2);
  flow.paragraph(report.title, TITLE, 2);
  flow.paragraph(report.subtitle, HINT, 10);
  for (const section of report.sections) setSection(flow, section);
  flow.room(40);
  flow.paragraph(report.footer, HINT, 0);
  flow.number(report.title, identity);
  flow.text.finish();
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  // The dictionary may lack a date; pdfkit wants one until its last act.
  (doc as unknown as { _addInfo(): void })._addInfo = () => undefined;
  delete doc.info.CreationDate;
  doc.end();
  return whole;
}

function setSection(flow: PageFlow, { title, look, blocks }: Section): void {
  const ground = GROUNDS[look];
  if (title !== null) {
    flow.room(headHeight(flow, blocks));
    flow.doc.outline.addItem(title);
    flow.paragraph(title, HEADING, 4);
  }
  for (const block of blocks) {
    const [pageBefore, top] = [flow.doc.page, flow.y];
    setBlock(flow, block, ground === null ? 0 : PADDING);
    if (ground === null) continue;
    // A bar at the side; on the page it ends on where the block went over.
    const from = flow.doc.page === pageBefore ? top : 62;
    flow.doc.rect(flow.left, from, 3, Math.max(0, flow.y - from - 4)).fill(ground);
  }
  flow.y += 10;
}

/** A heading stays with what it is of: a few lines, or the first figure. */
function headHeight(flow: PageFlow, blocks: readonly Block[]): number {
  let height = 40;
  for (const block of blocks.slice(0, 2)) {
    if (block.kind === 'figure') return height + (flow.width * block.figure.scene.height) / block.figure.scene.width;
    if (block.kind !== 'paragraph') break;
    height += 16;
  }
  return Math.max(height, 90);
}

function setBlock(flow: PageFlow, block: Block, indent: number): void {
  switch (block.kind) {
    case 'paragraph':
      flow.paragraph(block.text, block.isHint ? HINT : BODY, 5, indent);
      return;
    case 'list':
      for (const item of block.items) setItem(flow, item, block.isHint ? HINT : BODY, indent);
      flow.y += 4;
      return;
    case 'facts':
      setFacts(flow, block.facts);
      return;
    case 'table':
      setTable(flow, block);
      return;
    case 'figure': {
      const { scene } = block.figure;
      flow.room((flow.width * scene.height) / scene.width + 6);
      flow.y += drawScene(flow.doc, flow.text, scene, { x: flow.left, y: flow.y, width: flow.width }) + 6;
      return;
    }
    case 'code':
      for (const line of block.lines) flow.paragraph(line, CODE, 2, 8);
      flow.y += 4;
  }
}

function setItem(flow: PageFlow, item: string, style: TextStyle, indent: number): void {
  flow.room(1.4 * style.size);
  flow.text.text('•', flow.left + indent, flow.y + 0.93 * style.size, style);
  flow.paragraph(item, style, 2, indent + 10);
}

function setFacts(flow: PageFlow, facts: readonly { name: string; value: string }[]): void {
  const width = flow.width / facts.length;
  flow.room(40);
  facts.forEach(({ name, value }, i) => {
    const x = flow.left + i * width;
    flow.text.text(value, x, flow.y + 15, { ...TITLE, size: 15 });
    flow.text.text(name, x, flow.y + 27, HINT);
  });
  flow.y += 32;
}
