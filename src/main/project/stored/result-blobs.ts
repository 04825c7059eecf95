/** Blobs of `model`, `follow-up`, `ranking` and `consensus` artifacts; those of a `screen` are named in `screen/blobs.ts`. */
export const MODEL_BLOBS = {
  /** safetensors with configuration, classes and model card. */
  parameters: 'parameters',
  /** JSON: LibraryReference; instead of `parameters` where the weights lie in the model library. */
  reference: 'library-reference',
  /** JSON: { series, step, value }[]. */
  history: 'history',
  /** JSON: ClassifierReport; fine-tuned models only. */
  report: 'report',
} as const;

export const FOLLOW_UP_BLOBS = {
  /** JSON: FollowUpResult. */
  result: 'result',
  /** JSON: the plan the arrays are read by. */
  plan: 'plan',
  /** float32: conditions × cells × goals × read-outs. */
  effects: 'effects',
  /** uint8: what each condition did to each cell. */
  acts: 'acts',
} as const;

export const RANKING_BLOBS = {
  /** JSON: RankedGene[]. */
  genes: 'genes',
  /** JSON: RankingReport. */
  report: 'report',
} as const;

export const CONSENSUS_BLOBS = {
  /** JSON: ConsensusGene[]. */
  genes: 'genes',
  /** JSON: ConsensusReport. */
  report: 'report',
  csv: 'csv',
} as const;
