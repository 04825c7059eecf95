import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { fitView, panBy, toPixel, toPlane, zoomAt } from '../../src/renderer/plots/map-view.ts';
import { PointIndex } from '../../src/renderer/plots/point-index.ts';

const size = { width: 640, height: 480 };
const number = fc.double({ min: -50, max: 50, noNaN: true });
const point = fc.tuple(number, number);

describe('view of the map', () => {
  it('shows every point', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 50 }), (points) => {
        const view = fitView(
          points.map(([x]) => x),
          points.map(([, y]) => y),
          size,
        );
        for (const [x, y] of points) {
          const { px, py } = toPixel(view, size, x, y);
          expect(px).toBeGreaterThanOrEqual(-1e-6);
          expect(px).toBeLessThanOrEqual(size.width + 1e-6);
          expect(py).toBeGreaterThanOrEqual(-1e-6);
          expect(py).toBeLessThanOrEqual(size.height + 1e-6);
        }
      }),
    );
  });

  it('keeps the place under the pointer while zooming, and moves by whole pixels', () => {
    const view = { x: 3, y: -2, scale: 20 };
    const before = toPlane(view, size, 100, 70);
    const after = toPlane(zoomAt(view, size, 100, 70, 3), size, 100, 70);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
    const moved = toPixel(panBy(view, 12, -5), size, 3, -2);
    expect(moved.px).toBeCloseTo(size.width / 2 + 12, 9);
    expect(moved.py).toBeCloseTo(size.height / 2 - 5, 9);
  });

  it('has a view without points', () => {
    expect(fitView([], [], size)).toEqual({ x: 0, y: 0, scale: 1 });
    expect(new PointIndex([], []).nearest(0, 0, 5)).toBe(-1);
  });
});

describe('index of points', () => {
  it('finds what a search through all points finds', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 80 }),
        point,
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        (points, [x, y], radius) => {
          const index = new PointIndex(
            points.map(([px]) => px),
            points.map(([, py]) => py),
          );
          const squares = points.map(([px, py]) => (px - x) ** 2 + (py - y) ** 2);
          const nearest = Math.min(...squares);
          const found = index.nearest(x, y, radius);
          if (nearest < radius * radius) expect(squares[found]).toBe(nearest);
          else expect(found).toBe(-1);
          const inside = points.flatMap(([px, py], i) => (px >= 0 && px <= 10 && py >= -5 && py <= 5 ? [i] : []));
          expect(index.within(10, 5, 0, -5)).toEqual(inside);
        },
      ),
    );
  });
});
