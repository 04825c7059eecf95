import { categoryColours, MISSING_COLOUR, scaleColour, toRgb } from './palette.ts';

/** What cells are coloured by. */
export type Colouring =
  | { kind: 'categories'; name: string; categories: string[]; codes: ArrayLike<number> }
  | { kind: 'values'; name: string; values: ArrayLike<number | null>; low: number; high: number };

/** A scale that a few extreme cells do not flatten: from the lowest value to the 99th percentile. */
export function valueColouring(name: string, values: readonly (number | null)[]): Colouring {
  const known = values
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .sort((a, b) => a - b);
  const low = known[0] ?? 0;
  const high = known[Math.floor((known.length - 1) * 0.99)] ?? 1;
  return { kind: 'values', name, values, low, high: high > low ? high : low + 1 };
}

/**
 * Colour bytes of every point.
 *
 * Shape: 4 × `rows`; `rows[i]` is the row of the dataset behind point i. A category other than `only` is dimmed.
 */
export function pointColours(colouring: Colouring, rows: ArrayLike<number>, only: number | null): Uint8Array {
  const bytes = new Uint8Array(rows.length * 4);
  const missing = toRgb(MISSING_COLOUR);
  const palette = colouring.kind === 'categories' ? categoryColours(colouring.categories.length).map(toRgb) : [];
  for (let i = 0; i < rows.length; i++) {
    let colour = missing;
    let alpha = 210;
    if (colouring.kind === 'categories') {
      const code = colouring.codes[rows[i]];
      colour = palette[code] ?? missing;
      if (only !== null && code !== only) alpha = 26;
    } else {
      const value = colouring.values[rows[i]];
      if (value !== null && Number.isFinite(value))
        colour = scaleColour((value - colouring.low) / (colouring.high - colouring.low));
    }
    bytes.set(colour, i * 4);
    bytes[i * 4 + 3] = alpha;
  }
  return bytes;
}

/** What is said of one cell when it is pointed at. */
export function cellText(colouring: Colouring, row: number): string {
  if (colouring.kind === 'categories') return colouring.categories[colouring.codes[row]] ?? '–';
  const value = colouring.values[row];
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(2);
}
