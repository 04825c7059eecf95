/** What part of the plane is shown: its centre, and pixels per unit. */
export interface MapView {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const MARGIN = 0.92;

/** Shows every point, with a little room around. */
export function fitView(x: ArrayLike<number>, y: ArrayLike<number>, size: Size): MapView {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    bottom = Math.min(bottom, y[i]);
    top = Math.max(top, y[i]);
  }
  if (!Number.isFinite(left)) return { x: 0, y: 0, scale: 1 };
  const spanX = Math.max(right - left, 1e-9);
  const spanY = Math.max(top - bottom, 1e-9);
  const scale = MARGIN * Math.min(size.width / spanX, size.height / spanY);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

/** Pixel of the canvas → point of the plane; the plane's y grows upwards. */
export function toPlane(view: MapView, size: Size, px: number, py: number): { x: number; y: number } {
  return { x: view.x + (px - size.width / 2) / view.scale, y: view.y - (py - size.height / 2) / view.scale };
}

export function toPixel(view: MapView, size: Size, x: number, y: number): { px: number; py: number } {
  return { px: (x - view.x) * view.scale + size.width / 2, py: size.height / 2 - (y - view.y) * view.scale };
}

/** The point of the plane under the pixel stays where it is. */
export function zoomAt(view: MapView, size: Size, px: number, py: number, factor: number): MapView {
  const still = toPlane(view, size, px, py);
  const scale = view.scale * factor;
  return {
    x: still.x - (px - size.width / 2) / scale,
    y: still.y + (py - size.height / 2) / scale,
    scale,
  };
}

export function panBy(view: MapView, dx: number, dy: number): MapView {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}
