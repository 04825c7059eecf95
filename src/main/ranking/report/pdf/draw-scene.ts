import { PAPER, type Mark, type Scene } from '../scene.ts';
import type { Typesetter } from './typesetter.ts';

/** Draws a figure as lines and letters, `width` wide with its upper left corner at (x, y); gives its height. */
export function drawScene(
  doc: PDFKit.PDFDocument,
  text: Typesetter,
  scene: Scene,
  { x, y, width }: { x: number; y: number; width: number },
): number {
  const scale = width / scene.width;
  for (const mark of scene.marks)
    drawMark(
      doc,
      text,
      mark,
      (px) => x + px * scale,
      (py) => y + py * scale,
      scale,
    );
  return scene.height * scale;
}

function drawMark(
  doc: PDFKit.PDFDocument,
  text: Typesetter,
  mark: Mark,
  x: (value: number) => number,
  y: (value: number) => number,
  scale: number,
): void {
  const colour = PAPER[mark.role];
  switch (mark.kind) {
    case 'line':
      doc.save().lineWidth((mark.width ?? 1) * scale);
      if (mark.isDashed) doc.dash(3 * scale, { space: 3 * scale });
      doc.moveTo(x(mark.x1), y(mark.y1)).lineTo(x(mark.x2), y(mark.y2)).stroke(colour).restore();
      return;
    case 'path':
      doc.save().lineWidth((mark.width ?? 1) * scale);
      if (mark.dash) doc.dash(mark.dash.map((part) => part * scale) as unknown as number, {});
      mark.points.forEach(([px, py], i) => (i === 0 ? doc.moveTo(x(px), y(py)) : doc.lineTo(x(px), y(py))));
      doc.stroke(colour).restore();
      return;
    case 'circle':
      doc.save().lineWidth(2 * scale);
      doc.circle(x(mark.x), y(mark.y), mark.r * scale);
      if (mark.opacity !== undefined && mark.opacity < 1) doc.fillOpacity(mark.opacity).fill(colour);
      else doc.fillAndStroke(mark.isFilled ? colour : '#ffffff', colour);
      doc.restore();
      return;
    case 'rect':
      doc.save().lineWidth(scale);
      doc.roundedRect(x(mark.x), y(mark.y), mark.width * scale, mark.height * scale, (mark.r ?? 0) * scale);
      doc.fillAndStroke(mark.isFilled ? colour : '#ffffff', colour).restore();
      return;
    case 'text': {
      const style = {
        face: mark.isBold ? ('bold' as const) : mark.isItalic ? ('italic' as const) : ('regular' as const),
        size: mark.size * scale,
        colour,
      };
      if (!mark.isTurned) text.text(mark.text, x(mark.x), y(mark.y), style, mark.anchor);
      else {
        doc.save().rotate(-90, { origin: [x(mark.x), y(mark.y)] });
        text.text(mark.text, x(mark.x), y(mark.y), style, mark.anchor);
        doc.restore();
      }
    }
  }
}
