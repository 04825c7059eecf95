import { ticks } from '../numbers.ts';

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
  /** Data to units of the scene. */
  at(value: number): number;
}

/** A range with some air that holds 0, mapped to the units of a scene. */
export function axisOf(values: readonly number[], from: number, to: number, nTicks: number): Axis {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) [low, high] = [-1, 1];
  const air = 0.04 * (high - low);
  [low, high] = [low - air, high + air];
  return {
    low,
    high,
    ticks: ticks(low, high, nTicks),
    at: (value) => round(from + ((value - low) / (high - low)) * (to - from)),
  };
}

/** One decimal is finer than any printer, and keeps files small. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
