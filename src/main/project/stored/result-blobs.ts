import type { CellGroup } from '#shared/domain/group-effect.ts';

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

export const LAB_RESULTS_BLOBS = {
  /** JSON: one entry a tested name. */
  outcomes: 'outcomes',
} as const;

export const EVALUATION_BLOBS = {
  /** JSON: CalibrationReport. */
  report: 'report',
} as const;

export const RANKING_BLOBS = {
  /** JSON: RankedGene[]. */
  genes: 'genes',
  /** JSON: RankingReport. */
  report: 'report',
  /** JSON: StoredGroups; with the next two absent in older rankings and where start cells have no groups. */
  groups: 'groups',
  /** float32: genes × groups. */
  groupEffects: 'group-effects',
  /** int32: genes × groups. */
  groupCells: 'group-cells',
  /** float32: genes × groups × `StoredGroups.numbers`; absent in older rankings. */
  groupNumbers: 'group-numbers',
} as const;

export const CONSENSUS_BLOBS = {
  /** JSON: ConsensusGene[]. */
  genes: 'genes',
  /** JSON: ConsensusReport. */
  report: 'report',
  csv: 'csv',
} as const;

/** Groups of the start cells and the genes, in the order of their effects. */
export interface StoredGroups {
  groups: CellGroup[];
  geneIds: string[];
  /** What the numbers of a gene in a group are; absent in older rankings. */
  numbers?: string[];
}
