import PDFDocument from 'pdfkit';
import type { Block, Figure, ReportDocument, Section } from '../blocks.ts';
import { PAPER } from '../scene.ts';
import { drawScene } from './draw-scene.ts';
import { PageFlow } from './page-flow.ts';
import { setTable } from './table.ts';
import type { TextStyle } from './typesetter.ts';

const BODY: TextStyle = { face: 'regular', size: 9.5, colour: PAPER.ink };
const HINT: TextStyle = { face: 'regular', size: 8.5, colour: PAPER.soft };
const TITLE: TextStyle = { face: 'bold', size: 19, colour: PAPER.ink };
const HEADING: TextStyle = { face: 'bold', size: 12.5, colour: PAPER.ink };
const SUBHEADING: TextStyle = { face: 'bold', size: 10.5, colour: PAPER.ink };
const CODE: TextStyle = { face: 'regular', size: 7.5, colour: PAPER.ink };
const GROUNDS = { plain: null, lead: PAPER.accent, warning: '#c98a00' } as const;
const PADDING = 12;

/**
 * A report as a PDF of A4 pages: figures as lines, Roboto embedded, bookmarks, tagged for screen readers, no time of making.
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
    tagged: true,
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
  const { tags } = flow;
  tags.within('P', () => flow.paragraph(report.kicker, HINT, 2));
  tags.within('H1', () => flow.paragraph(report.title, TITLE, 2));
  tags.within('P', () => flow.paragraph(report.subtitle, HINT, 10));
  for (const section of report.sections) tags.within('Sect', () => setSection(flow, section));
  flow.room(40);
  tags.within('P', () => flow.paragraph(report.footer, HINT, 0));
  flow.number(report.title, identity);
  flow.text.finish();
  tags.finish();
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
    flow.tags.within('H2', () => flow.paragraph(title, HEADING, 4));
  }
  for (const block of blocks) {
    const [pageBefore, top] = [flow.doc.page, flow.y];
    setBlock(flow, block, ground === null ? 0 : PADDING);
    if (ground === null) continue;
    // A bar at the side; on the page it ends on where the block went over.
    const from = flow.doc.page === pageBefore ? top : 62;
    flow.tags.decoration(() => flow.doc.rect(flow.left, from, 3, Math.max(0, flow.y - from - 4)).fill(ground));
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
  const { tags } = flow;
  switch (block.kind) {
    case 'paragraph':
      tags.within('P', () => flow.paragraph(block.text, block.isHint ? HINT : BODY, 5, indent));
      return;
    case 'list':
      tags.within('L', () => {
        for (const item of block.items)
          tags.within('LI', () => setItem(flow, item, block.isHint ? HINT : BODY, indent));
      });
      flow.y += 4;
      return;
    case 'heading':
      flow.room(60);
      flow.y += 3;
      tags.within('H3', () => flow.paragraph(block.text, SUBHEADING, 3));
      return;
    case 'facts':
      setFacts(flow, block.facts);
      return;
    case 'table':
      tags.within('Table', () => setTable(flow, block));
      return;
    case 'figure':
      setFigure(flow, block.figure);
      return;
    case 'code':
      for (const line of block.lines)
        tags.within('P', () => tags.within('Code', () => flow.paragraph(line, CODE, 2, 8)));
      flow.y += 4;
  }
}

function setItem(flow: PageFlow, item: string, style: TextStyle, indent: number): void {
  const { tags, text } = flow;
  flow.room(1.4 * style.size);
  tags.within('Lbl', () => tags.content(() => text.text('•', flow.left + indent, flow.y + 0.93 * style.size, style)));
  tags.within('LBody', () => flow.paragraph(item, style, 2, indent + 10));
}

function setFigure(flow: PageFlow, { scene }: Figure): void {
  const [x, width] = [flow.left, flow.width];
  const height = (width * scene.height) / scene.width;
  flow.room(height + 6);
  const draw = () => drawScene(flow.doc, flow.text, scene, { x, y: flow.y, width });
  flow.tags.within('Figure', () => flow.tags.content(draw), {
    alt: scene.title,
    bbox: [x, flow.y, x + width, flow.y + height],
  });
  flow.y += height + 6;
}

/** Numbers with their names below; heard name first. */
function setFacts(flow: PageFlow, facts: readonly { name: string; value: string }[]): void {
  const { tags, text } = flow;
  const width = flow.width / facts.length;
  flow.room(40);
  facts.forEach(({ name, value }, i) => {
    const x = flow.left + i * width;
    tags.within('P', () => {
      tags.content(() => text.text(name, x, flow.y + 27, HINT));
      tags.content(() => text.text(value, x, flow.y + 15, { ...TITLE, size: 15 }));
    });
  });
  flow.y += 32;
}
