import { z } from 'zod';
import { ArtifactId } from '../domain/ids.ts';
import { PreprocessConfig } from '../domain/preprocess.ts';
import { QualityConfig, QualityCounts, QualityReport } from '../domain/quality.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';

export const QualityInfo = z.object({
  id: ArtifactId,
  dataset: ArtifactId,
  config: QualityConfig,
  report: QualityReport,
  createdAt: z.string(),
});
export type QualityInfo = z.infer<typeof QualityInfo>;

/** Quality of the cells of a dataset; part of the namespace `dataset`. */
export const quality = {
  check: procedure({
    help: 'Measure every cell, score doublets, and look for ambient RNA and unbalanced donors. Masks nothing.',
    startsJob: true,
  })
    .input(QualityConfig)
    .output(StartedJob),
  quality: procedure({ help: 'The newest quality check of a dataset.' })
    .input(z.object({ dataset: ArtifactRef }))
    .output(QualityInfo.nullable()),
  qualityCounts: procedure({ help: 'How many cells some quality rules would keep: by rule, sample and donor.' })
    .input(
      z.object({
        quality: ArtifactRef.default('latest'),
        profile: PreprocessConfig.shape.profile,
        rules: PreprocessConfig.shape.rules,
      }),
    )
    .output(QualityCounts),
};
