import type { JobKind } from '#shared/domain/job.ts';
import type { Worker } from '#jobs/worker.ts';
import { annotateWorker } from './annotate.ts';
import { consensusWorker } from './consensus.ts';
import { embedWorker } from './embed.ts';
import { finetuneWorker } from './finetune.ts';
import { followUpWorker } from './follow-up.ts';
import { importWorker } from './import.ts';
import { importTokensWorker } from './import-tokens.ts';
import { layoutWorker } from './layout.ts';
import { markersWorker } from './markers.ts';
import { preprocessWorker } from './preprocess.ts';
import { pretrainWorker } from './pretrain.ts';
import { qualityWorker } from './quality.ts';
import { rankingWorker } from './ranking.ts';
import { withJobRefs } from './resolve-job-refs.ts';
import { screenWorker } from './screen.ts';

/** What the engine process can do; a kind without a worker does not compile. */
export const WORKERS: Record<JobKind, Worker> = {
  import: importWorker,
  quality: withJobRefs(qualityWorker),
  preprocess: withJobRefs(preprocessWorker),
  'import-tokens': importTokensWorker,
  layout: withJobRefs(layoutWorker),
  markers: withJobRefs(markersWorker),
  annotate: withJobRefs(annotateWorker),
  pretrain: withJobRefs(pretrainWorker),
  finetune: withJobRefs(finetuneWorker),
  screen: withJobRefs(screenWorker),
  ranking: withJobRefs(rankingWorker),
  consensus: withJobRefs(consensusWorker),
  'follow-up': withJobRefs(followUpWorker),
  embed: withJobRefs(embedWorker),
};
