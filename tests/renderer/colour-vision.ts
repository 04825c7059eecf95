/**
 * Colours as people with a colour vision deficiency see them, and how far apart two colours look.
 *
 * Source: Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB; distance is CIE 1976 ΔE*ab under D65.
 */
export const VISIONS = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;
export type Vision = keyof typeof VISIONS;

type Triple = [number, number, number];

function linear(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [16, 8, 0].map((shift) => {
    const c = ((value >> shift) & 255) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

const times = (m: readonly number[], v: Triple): Triple =>
  [0, 3, 6].map((row) => m[row] * v[0] + m[row + 1] * v[1] + m[row + 2] * v[2]) as Triple;

const TO_XYZ = [0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.072175, 0.0193339, 0.119192, 0.9503041];
const WHITE: Triple = [0.95047, 1, 1.08883];

function lab(rgb: Triple): Triple {
  const f = times(TO_XYZ, rgb.map((c) => Math.min(1, Math.max(0, c))) as Triple).map((c, i) => {
    const t = c / WHITE[i];
    return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
  });
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];
}

export function deltaE(a: string, b: string, vision: Vision): number {
  const [x, y] = [a, b].map((hex) => lab(times(VISIONS[vision], linear(hex))));
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/** WCAG 2 contrast ratio. */
export function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => times(TO_XYZ, linear(hex))[1]).sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}
