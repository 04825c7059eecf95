import { z } from 'zod';
import { field } from './field.ts';

const weight = (normal: number, title: string, help: string) =>
  field(z.number().min(0).max(1).default(normal), { title, help, advanced: true });

/**
 * How much each witness counts in the composite order; names are those of the rankings beside it.
 *
 * Source of the defaults: docs/reference/screen-study.md. Equal weights: whatever chose fewer witnesses on some data sets did
 * worse on those left out.
 */
export const RankingWeights = z.object({
  model: weight(
    1,
    'Screen by the model',
    'How far the model moves the start cells towards the goal when the gene is perturbed.',
  ),
  'specific-fold-change': weight(
    1,
    'Fold change × specificity',
    'How much more the goal expresses the gene than the start, if other states do not.',
  ),
  'detection-difference': weight(
    1,
    'Difference in detection',
    'Share of goal cells less share of start cells that express the gene.',
  ),
  'fold-change': weight(1, 'Fold change', 'How much more the goal expresses the gene than the start.'),
  't-statistic': weight(1, 't statistic', 'The difference in expression over its standard error.'),
  'co-expression-projection': weight(
    1,
    'Co-expression projection',
    'Whether the genes it goes with are up in the goal, even if the gene itself is barely seen.',
  ),
  'linear-screen': weight(1, 'Linear screen', 'What a screen in principal components says, without a model.'),
  'target-shift': weight(
    0,
    'Shift of known targets',
    'Whether its curated targets are up in the goal. Much-studied genes have more of them, and are more often known regulators.',
  ),
});
export type RankingWeights = z.infer<typeof RankingWeights>;

export const WITNESSES = Object.keys(RankingWeights.shape) as (keyof RankingWeights)[];
export const DEFAULT_WEIGHTS: RankingWeights = RankingWeights.parse({});
