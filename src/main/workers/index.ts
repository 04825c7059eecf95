import type { JobKind } from '#shared/domain/job.ts';
import type { Worker } from '#jobs/worker.ts';
import { lazily } from './lazily.ts';
import { withJobRefs } from './resolve-job-refs.ts';

/** What the engine process can do; a kind without a worker does not compile. */
export const WORKERS: Record<JobKind, Worker> = {
  import: lazily(async () => (await import('./import.ts')).importWorker),
  quality: withJobRefs(lazily(async () => (await import('./quality.ts')).qualityWorker)),
  preprocess: withJobRefs(lazily(async () => (await import('./preprocess.ts')).preprocessWorker)),
  'import-tokens': lazily(async () => (await import('./import-tokens.ts')).importTokensWorker),
  layout: withJobRefs(lazily(async () => (await import('./layout.ts')).layoutWorker)),
  markers: withJobRefs(lazily(async () => (await import('./markers.ts')).markersWorker)),
  annotate: withJobRefs(lazily(async () => (await import('./annotate.ts')).annotateWorker)),
  pretrain: withJobRefs(lazily(async () => (await import('./pretrain.ts')).pretrainWorker)),
  finetune: withJobRefs(lazily(async () => (await import('./finetune.ts')).finetuneWorker)),
  screen: withJobRefs(lazily(async () => (await import('./screen.ts')).screenWorker)),
  ranking: withJobRefs(lazily(async () => (await import('./ranking.ts')).rankingWorker)),
  consensus: withJobRefs(lazily(async () => (await import('./consensus.ts')).consensusWorker)),
  'follow-up': withJobRefs(lazily(async () => (await import('./follow-up.ts')).followUpWorker)),
  embed: withJobRefs(lazily(async () => (await import('./embed.ts')).embedWorker)),
};
