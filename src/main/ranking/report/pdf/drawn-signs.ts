/** In sizes. */
export const SIGN_WIDTH = 1;

interface Place {
  x: number;
  base: number;
  size: number;
  width: number;
}

/** Arrow and star as shapes in the colour of the text around them. */
export function drawSign(doc: PDFKit.PDFDocument, sign: string, place: Place): void {
  const points = sign === '★' ? star(place) : arrow(place, sign === '←');
  doc.polygon(...points).fill();
}

function star({ x, base, size, width }: Place): [number, number][] {
  const [middleX, middleY, outer] = [x + width / 2, base - 0.36 * size, 0.42 * size];
  return Array.from({ length: 10 }, (_, i): [number, number] => {
    const r = i % 2 === 0 ? outer : 0.4 * outer;
    const angle = (Math.PI / 5) * i - Math.PI / 2;
    return [middleX + r * Math.cos(angle), middleY + r * Math.sin(angle)];
  });
}

function arrow({ x, base, size, width }: Place, isLeft: boolean): [number, number][] {
  const [from, to] = [x + 0.1 * size, x + width - 0.1 * size];
  const middle = base - 0.34 * size;
  const [shaft, head] = [0.035 * size, 0.2 * size];
  const points: [number, number][] = [
    [from, middle - shaft],
    [to - head, middle - shaft],
    [to - head, middle - 0.8 * head],
    [to, middle],
    [to - head, middle + 0.8 * head],
    [to - head, middle + shaft],
    [from, middle + shaft],
  ];
  return isLeft ? points.map(([px, py]) => [from + to - px, py]) : points;
}
