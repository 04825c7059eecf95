import type { Block, Cell, ReportDocument, Section } from './blocks.ts';
import { headOf } from './row-head.ts';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { inlineSvg } from './svg.ts';

const LOOKS: Record<Section['look'], string> = { plain: '', lead: 'lead', warning: 'warn' };
/** Of a bar that fills its place, in pixels. */
const BAR = 90;

/** A report as one HTML file that needs nothing else: styles and plots inside, every value escaped, no script. */
export function reportHtml({ kicker, title, subtitle, sections, footer }: ReportDocument): string {
  return html`${new Markup('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p>${kicker}</p>
            <h1>${title}</h1>
            <p>${subtitle}</p>
          </header>
          ${sections.map(sectionHtml)}
          <footer>${footer}</footer>
        </main>
      </body>
    </html> `.text;
}

function sectionHtml({ title, look, blocks }: Section, i: number): Markup {
  const [first] = blocks;
  if (title === null && blocks.length === 1 && first.kind === 'facts') return blockHtml(first);
  return html`<section class="${LOOKS[look]}" ${title === null ? null : html` aria-labelledby="section-${i}"`}>
    ${title === null ? null : html`<h2 id="section-${i}">${title}</h2>`} ${blocks.map(blockHtml)}
  </section>`;
}

function blockHtml(block: Block): Markup {
  switch (block.kind) {
    case 'paragraph':
      return html`<p${block.isHint ? html` class="hint"` : null}>${block.text}</p>`;
    case 'heading':
      return html`<h3>${block.text}</h3>`;
    case 'facts':
      return html`<dl class="facts">
        ${block.facts.map(
          ({ name, value }) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>`;
    case 'list':
      return html`<ul${block.isHint ? html` class="hint"` : null}>
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
    case 'figure':
      return inlineSvg(block.figure.scene, `figure-${block.figure.id}`);
    case 'code':
      return html`<pre>${block.lines.join('\n')}</pre>`;
    case 'table':
      return html`<div class="scroll">
        <table>
          ${
            block.caption === ''
              ? null
              : html`<caption>
                  ${block.caption}
                </caption>`
          }
          <thead>
            <tr>
              ${block.columns.map(({ title, align }) => html`<th scope="col" ${numeric(align)}>${title}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${block.rows.map(
              (row, i) =>
                html`<tr class="${i === block.leading ? 'leads' : ''}">
                  ${row.map((cell, column) => {
                    const { align } = block.columns[column];
                    return column === headOf(row)
                      ? html`<th scope="row" ${numeric(align)}>${cellHtml(cell)}</th>`
                      : html`<td${numeric(align)}>${cellHtml(cell)}</td>`;
                  })}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }
}

function numeric(align: 'left' | 'right'): Markup | null {
  return align === 'right' ? html` class="n"` : null;
}

function cellHtml({ text, look, isStarred, bar }: Cell): Markup {
  const words = look === 'gene' ? html`<em>${text}</em>` : look === 'code' ? html`<code>${text}</code>` : html`${text}`;
  const star = isStarred ? html` <span class="star" title="known regulator">★</span>` : null;
  const share = bar === undefined ? null : html`<span class="bar" style="width:${Math.round(BAR * bar)}px"></span>`;
  return html`${words}${star}${share}`;
}
