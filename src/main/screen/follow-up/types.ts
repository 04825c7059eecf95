import type { CombinationKind, DoseSeriesKind, FollowUpConfig, ResponseKind } from '#shared/domain/follow-up.ts';
import type { Change } from '#singlecell/perturb/combine.ts';
import type { PlannedGene, ReadOut, ScreenPlan } from '../types.ts';

/** One perturbed state of every start cell. */
export type Condition = readonly Change[];

export interface SeriesPlan {
  /** Row of `FollowUpPlan.genes`. */
  gene: number;
  kind: DoseSeriesKind;
  /** Weakest dose first; doses that coincide are one point. */
  points: { at: number; value: number | null; condition: number }[];
  /** Condition that hides the gene with all ranks held; beside `lower` only. */
  masked: number | null;
}

export interface SetPlan {
  kind: CombinationKind;
  /** Rows of `FollowUpPlan.genes`; of a mixed pair the raised one first. */
  genes: number[];
  condition: number;
  /** Conditions that change one of the genes alone, in the order of `genes`. */
  singles: number[];
  /** Of a triple: the conditions of its three pairs. */
  pairs: number[];
}

export interface ResponsePlan {
  /** Row of `FollowUpPlan.genes`; null for a null perturbation. */
  gene: number | null;
  tokenId: number;
  kind: ResponseKind;
  change: Change;
}

/** Everything a follow-up does, decided before it starts; plain data. */
export interface FollowUpPlan {
  config: Omit<FollowUpConfig, 'device'>;
  genes: PlannedGene[];
  notFound: { gene: string; reason: string }[];
  conditions: Condition[];
  series: SeriesPlan[];
  sets: SetPlan[];
  responses: ResponsePlan[];
  warnings: string[];
}

/** What a change did to a cell. */
export const NO_MEANING = 0;
export const UNCHANGED = 1;
export const ACTS = 2;

/** Effects of every condition on every start cell. */
export interface FollowUpEffects {
  readOuts: ReadOut[];
  /** Shape: conditions × cells × goals × read-outs; NaN where the condition has no meaning in the cell, 0 where it changes nothing. */
  effects: Float32Array;
  /** NO_MEANING, UNCHANGED or ACTS. Shape: conditions × cells. */
  acts: Uint8Array;
  nPasses: number;
}

/** Sums over the start cells of how far genes move when others are perturbed. Shape of arrays: responses × slots. */
export interface ResponseSums {
  /** Genes seen in the start cells, ascending; index = slot. */
  tokens: Int32Array;
  /** Of the cosine distance. */
  responses: Float64Array;
  /** Of what is usual for the gene in the same cell, scaled to the strength of the perturbation. */
  universals: Float64Array;
  /** Of (response − universal)². */
  squares: Float64Array;
  /** Cells that tell. */
  counts: Int32Array;
  /** By response: cells in which the perturbation acts, cells whose strength is known, and the sum of those strengths. */
  nActing: Int32Array;
  nStrengths: Int32Array;
  strengths: Float64Array;
  nPasses: number;
}

/** The screen a follow-up looks at. */
export interface FollowedScreen {
  plan: ScreenPlan;
  /** Mean embedding of each state. Shape: states × width. */
  centroids: Float32Array;
}
