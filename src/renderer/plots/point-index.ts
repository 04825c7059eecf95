const TARGET_PER_BOX = 8;
const MOST_BOXES_ACROSS = 512;

/** Finds the point nearest to a place, by boxes of a grid. */
export class PointIndex {
  readonly #x: ArrayLike<number>;
  readonly #y: ArrayLike<number>;
  readonly #boxes = new Map<number, number[]>();
  #left = 0;
  #bottom = 0;
  #side = 1;
  #columns = 0;
  #rows = 0;

  constructor(x: ArrayLike<number>, y: ArrayLike<number>) {
    this.#x = x;
    this.#y = y;
    if (x.length === 0) return;
    let [right, top] = [-Infinity, -Infinity];
    [this.#left, this.#bottom] = [Infinity, Infinity];
    for (let i = 0; i < x.length; i++) {
      this.#left = Math.min(this.#left, x[i]);
      this.#bottom = Math.min(this.#bottom, y[i]);
      right = Math.max(right, x[i]);
      top = Math.max(top, y[i]);
    }
    const spanX = right - this.#left;
    const spanY = top - this.#bottom;
    // Points on a line have no area: the longer side bounds the number of boxes.
    const smallest = Math.max(Math.max(spanX, spanY) / MOST_BOXES_ACROSS, Number.MIN_VALUE * 2 ** 60);
    this.#side = Math.max(Math.sqrt((spanX * spanY * TARGET_PER_BOX) / x.length), smallest);
    this.#columns = Math.floor(spanX / this.#side) + 1;
    this.#rows = Math.floor(spanY / this.#side) + 1;
    for (let i = 0; i < x.length; i++) {
      const box = this.#box(this.#column(x[i]), this.#row(y[i]));
      const members = this.#boxes.get(box);
      if (members) members.push(i);
      else this.#boxes.set(box, [i]);
    }
  }

  /** Index of the nearest point within `radius`, or -1; of two equally near ones the first. */
  nearest(x: number, y: number, radius: number): number {
    let best = -1;
    let bestSquare = radius * radius;
    const lastRow = Math.min(this.#row(y + radius), this.#rows - 1);
    const lastColumn = Math.min(this.#column(x + radius), this.#columns - 1);
    for (let row = Math.max(this.#row(y - radius), 0); row <= lastRow; row++)
      for (let column = Math.max(this.#column(x - radius), 0); column <= lastColumn; column++) {
        for (const i of this.#boxes.get(this.#box(column, row)) ?? []) {
          const square = (this.#x[i] - x) ** 2 + (this.#y[i] - y) ** 2;
          if (square < bestSquare || (square === bestSquare && best < 0)) [best, bestSquare] = [i, square];
        }
      }
    return best;
  }

  /** Indices of the points in a rectangle, ascending. */
  within(x0: number, y0: number, x1: number, y1: number): number[] {
    const found: number[] = [];
    const [left, right, bottom, top] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
    for (let i = 0; i < this.#x.length; i++)
      if (this.#x[i] >= left && this.#x[i] <= right && this.#y[i] >= bottom && this.#y[i] <= top) found.push(i);
    return found;
  }

  #column(x: number): number {
    return Math.floor((x - this.#left) / this.#side);
  }

  #row(y: number): number {
    return Math.floor((y - this.#bottom) / this.#side);
  }

  #box(column: number, row: number): number {
    return row * this.#columns + column;
  }
}
