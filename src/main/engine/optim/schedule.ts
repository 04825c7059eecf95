/** A learning rate as a function of the step, which counts from 1. */
export type Schedule = (step: number) => number;

export interface ScheduleOptions {
  /** Highest rate. */
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Rate at the last step as a share of the peak. */
  readonly floor?: number;
}

/** Rises in a line to the peak, then falls in a line to the floor. */
export function linearSchedule(options: ScheduleOptions): Schedule {
  return warmedUp(options, (done) => 1 - done);
}

/** Rises in a line to the peak, then follows half a cosine to the floor. */
export function cosineSchedule(options: ScheduleOptions): Schedule {
  return warmedUp(options, (done) => 0.5 * (1 + Math.cos(Math.PI * done)));
}

/** Rises in a line to the peak and stays. */
export function constantSchedule(options: ScheduleOptions): Schedule {
  return warmedUp(options, () => 1);
}

function warmedUp(
  { peak, warmupSteps, totalSteps, floor = 0 }: ScheduleOptions,
  shape: (done: number) => number,
): Schedule {
  return (step) => {
    if (step <= warmupSteps) return (peak * step) / warmupSteps;
    const done = Math.min((step - warmupSteps) / Math.max(totalSteps - warmupSteps, 1), 1);
    return peak * (floor + (1 - floor) * shape(done));
  };
}
