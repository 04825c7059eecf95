import type { z } from 'zod';
import { AnnotateConfig, LayoutConfig, MarkersConfig } from './classical.ts';
import { ConsensusConfig } from './consensus.ts';
import { ImportConfig } from './dataset.ts';
import { EmbedConfig } from './embed.ts';
import { FollowUpConfig } from './follow-up.ts';
import type { JobKind } from './job.ts';
import { LabResultsConfig } from './lab-results.ts';
import { ModelUseConfig } from './library.ts';
import { PreprocessConfig } from './preprocess.ts';
import { QualityConfig } from './quality.ts';
import { RankingConfig } from './ranking.ts';
import { ScreenConfig } from './screen.ts';
import { TokensImportConfig } from './tokens.ts';
import { FinetuneConfig, PretrainConfig } from './training.ts';

export interface Step {
  /** Words of the command line: `gcw <command>`. */
  command: string;
  config: z.ZodObject;
  /** Grows when the same configuration would give another result. */
  version: number;
}

/** Done at once, without a job. */
export const USE_MODEL = { command: 'model use', config: ModelUseConfig, version: 1 } as const satisfies Step;

/** Done at once, without a job. */
export const CALIBRATE = { command: 'ranking calibrate', config: LabResultsConfig, version: 1 } as const satisfies Step;

/** What each kind of job is called, takes and which version of it this program runs. */
export const STEPS = {
  import: { command: 'dataset import', config: ImportConfig, version: 3 },
  preprocess: { command: 'preprocess run', config: PreprocessConfig, version: 1 },
  'import-tokens': { command: 'tokens import', config: TokensImportConfig, version: 1 },
  layout: { command: 'dataset map', config: LayoutConfig, version: 2 },
  markers: { command: 'dataset markers', config: MarkersConfig, version: 1 },
  annotate: { command: 'dataset annotate', config: AnnotateConfig, version: 1 },
  pretrain: { command: 'model pretrain', config: PretrainConfig, version: 2 },
  finetune: { command: 'training finetune', config: FinetuneConfig, version: 3 },
  screen: { command: 'screen run', config: ScreenConfig, version: 6 },
  consensus: { command: 'consensus run', config: ConsensusConfig, version: 2 },
  ranking: { command: 'ranking run', config: RankingConfig, version: 6 },
  'follow-up': { command: 'follow-up run', config: FollowUpConfig, version: 1 },
  quality: { command: 'dataset check', config: QualityConfig, version: 2 },
  embed: { command: 'model embed', config: EmbedConfig, version: 1 },
} as const satisfies Record<JobKind, Step>;
