import { RAISE_PERCENTILES } from '#shared/domain/follow-up.ts';

/** A dose series has at least so many points. */
const FEWEST_POINTS = 5;

/**
 * Doses of a raised gene from its values at the percentiles, ascending; all lie in the observed range.
 *
 * Where many cells share a value percentiles coincide: they are one point, named by the highest of them, and the widest
 * gaps are halved until there are five points. A gene with one value only has one.
 */
export function raisePoints(values: readonly number[]): { at: number; value: number }[] {
  const points = RAISE_PERCENTILES.map((at, i) => ({ at: at as number, value: values[i] })).filter(
    ({ value }, i) => i === values.length - 1 || value < values[i + 1],
  );
  while (points.length > 1 && points.length < FEWEST_POINTS) {
    let widest = 1;
    for (let i = 2; i < points.length; i++)
      if (points[i].value - points[i - 1].value > points[widest].value - points[widest - 1].value) widest = i;
    const [below, above] = [points[widest - 1], points[widest]];
    points.splice(widest, 0, {
      at: Number(((below.at + above.at) / 2).toFixed(6)),
      value: (below.value + above.value) / 2,
    });
  }
  return points;
}
