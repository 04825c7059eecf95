export interface Label {
  x: number;
  y: number;
  text: string;
  anchor: 'start' | 'end';
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const [CHARACTER, LINE, GAP] = [7, 13, 8];
const PLACES: readonly (readonly [side: 1 | -1, down: number])[] = [
  [1, 0],
  [-1, 0],
  [1, -9],
  [-1, -9],
  [1, 9],
  [-1, 9],
];

/** Puts names beside their points, on the side with room; a name that would cover another is left out. */
export function placeLabels(
  points: readonly { x: number; y: number; text: string }[],
  within: { left: number; right: number },
): Label[] {
  const boxes: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const placed: Label[] = [];
  points.forEach(({ x, y, text }, own) => {
    const width = text.length * CHARACTER;
    for (const [side, down] of PLACES) {
      const left = side > 0 ? x + GAP : x - GAP - width;
      const box = { left, right: left + width, top: y + down - LINE / 2, bottom: y + down + LINE / 2 };
      const isFree = boxes.every((other, i) => i === own || !overlap(box, other));
      if (!isFree || box.left < within.left || box.right > within.right) continue;
      boxes.push(box);
      placed.push({ x: x + side * GAP, y: y + down + 4, text, anchor: side > 0 ? 'start' : 'end' });
      break;
    }
  });
  return placed;
}

function overlap(a: Box, b: Box): boolean {
  return a.right >= b.left && a.left <= b.right && a.bottom >= b.top && a.top <= b.bottom;
}
