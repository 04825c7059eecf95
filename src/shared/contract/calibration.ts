import { z } from 'zod';
import { ArtifactId } from '../domain/ids.ts';
import { CalibrationReport, LabResultsConfig } from '../domain/lab-results.ts';
import { ArtifactRef, procedure } from './base.ts';

/** Bench results beside a ranking. */
export const Calibrated = z.object({
  id: ArtifactId,
  /** The results as they were brought in. */
  results: ArtifactId,
  report: CalibrationReport,
});
export type Calibrated = z.infer<typeof Calibrated>;

export const CalibrationInfo = Calibrated.extend({ title: z.string(), createdAt: z.string() });
export type CalibrationInfo = z.infer<typeof CalibrationInfo>;

export const calibration = {
  calibrate: procedure({
    help: 'Bring results of the bench in: how often the ranking was right, and what weights they would teach.',
  })
    .input(LabResultsConfig)
    .output(Calibrated),
  calibrations: procedure({ help: 'Bench results that were compared with a ranking, newest last.' })
    .input(z.object({ ranking: ArtifactRef }))
    .output(z.array(CalibrationInfo)),
};
