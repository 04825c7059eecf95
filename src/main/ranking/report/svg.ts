import { html, Markup } from './markup.ts';
import { PAPER, type Mark, type Role, type Scene } from './scene.ts';

/** How a role becomes a colour: variables of a page, or the colours of paper. */
type Paint = (role: Role) => string;

const onPage: Paint = (role) => `var(--${role})`;
const onPaper: Paint = (role) => PAPER[role];
const FONT = "Roboto, Arial, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

/** A figure for a page that defines the colours as variables. */
export function inlineSvg(scene: Scene, id: string): Markup {
  return html`<svg viewBox="0 0 ${scene.width} ${scene.height}" role="img" aria-labelledby="${id}-title">
    <title id="${id}-title">${scene.title}</title>
    ${scene.marks.map((mark) => markup(mark, onPage))}
  </svg>`;
}

/** A figure as a file of its own: white ground, letters stay letters. */
export function svgFile({ width, height, title, marks }: Scene): string {
  const body = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
    font-family="${FONT}"
  >
    <title>${title}</title>
    <rect width="${width}" height="${height}" fill="#ffffff" />
    ${marks.map((mark) => markup(mark, onPaper))}
  </svg>`.text;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
}

function markup(mark: Mark, paint: Paint): Markup {
  const colour = paint(mark.role);
  switch (mark.kind) {
    case 'line':
      return html`<line
        x1="${mark.x1}"
        y1="${mark.y1}"
        x2="${mark.x2}"
        y2="${mark.y2}"
        style="stroke:${colour}"
        stroke-width="${mark.width ?? 1}"
        ${mark.isDashed ? dashes([3, 3]) : null}
      />`;
    case 'path':
      return html`<polyline
        points="${mark.points.map((point) => point.join(',')).join(' ')}"
        fill="none"
        style="stroke:${colour}"
        stroke-width="${mark.width ?? 1}"
        ${mark.dash ? dashes(mark.dash) : null}
      />`;
    case 'circle':
      return html`<circle cx="${mark.x}" cy="${mark.y}" r="${mark.r}" ${shape(mark, colour, paint)}
        >${hintOf(mark.hint)}</circle
      >`;
    case 'rect':
      return html`<rect
        x="${mark.x}"
        y="${mark.y}"
        width="${mark.width}"
        height="${mark.height}"
        rx="${mark.r ?? 0}"
        ${shape({ ...mark, opacity: 1 }, colour, paint)}
      />`;
    case 'text': {
      const place = mark.isTurned
        ? html`transform="translate(${mark.x} ${mark.y}) rotate(-90)"`
        : html`x="${mark.x}" y="${mark.y}"`;
      const style = `fill:${colour};font-size:${mark.size}px${mark.isItalic ? ';font-style:italic' : ''}${mark.isBold ? ';font-weight:700' : ''}`;
      return html`<text ${place} text-anchor="${mark.anchor}" style="${style}">${mark.text}</text>`;
    }
  }
}

/** Hollow shapes are filled with the ground, so that lines behind them do not show through. */
function shape(
  { isFilled, opacity = 1 }: { isFilled: boolean; opacity?: number },
  colour: string,
  paint: Paint,
): Markup {
  if (isFilled && opacity < 1) return html`style="fill:${colour}" opacity="${opacity}"`;
  const ground = paint === onPage ? 'var(--card)' : '#ffffff';
  return html`style="fill:${isFilled ? colour : ground};stroke:${colour}" stroke-width="2"`;
}

function dashes(lengths: readonly number[]): Markup {
  return html` stroke-dasharray="${lengths.join(' ')}"`;
}

function hintOf(text: string | undefined): Markup | null {
  return text === undefined ? null : html`<title>${text}</title>`;
}
