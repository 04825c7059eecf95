export interface CurvePoint {
  series: string;
  step: number;
  value: number;
}

/** Losses go by step and fall, scores go by epoch and rise: they share neither axis, so they are drawn apart. */
export function splitCurves(points: readonly CurvePoint[]): { losses: CurvePoint[]; scores: CurvePoint[] } {
  const isLoss = (point: CurvePoint) => /loss/i.test(point.series);
  return { losses: points.filter(isLoss), scores: points.filter((point) => !isLoss(point)) };
}
