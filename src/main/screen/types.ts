import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';

export type ReadOut = ScreenConfig['readOut'];

/** A gene of the dataset with what the gene tables say of it. */
export interface ScreenGene {
  id: string;
  symbol: string;
  isTranscriptionFactor: boolean;
}

/** A gene the screen perturbs. */
export interface PlannedGene {
  tokenId: number;
  geneId: string;
  symbol: string;
  isTranscriptionFactor: boolean;
  isCandidate: boolean;
  /** Matched in expression to the candidates; shows what chance looks like. */
  isNull: boolean;
  /** Value given by over-expression, log2(1 + count / gene median). */
  dose: number;
  /** Cells of the dataset that express it. */
  detections: number;
  /** Mean value among the prepared cells that show it to the model. */
  meanValue: number;
}

export type StateRole = 'start' | 'goal' | 'alternative';

/** A cell state and the cells whose mean embedding stands for it. */
export interface ReferenceState {
  name: string;
  role: StateRole;
  /** The labels whose cells it has: its own name, or those of a group. */
  labels: string[];
  cells: number[];
}

/** Start cells that belong together. */
export interface StartCellGroup {
  kind: 'donor' | 'label' | 'subgroup';
  /** A donor by its number, which is all that is told of it; else the label. */
  name: string;
  /** Ordinals in `ScreenPlan.cells`. */
  cells: number[];
}

/** Everything a screen does, decided before it starts; plain data, so it can be stored, hashed and shown. */
export interface ScreenPlan {
  config: Omit<ScreenConfig, 'device'>;
  /** Operators that run: `remove` brings `mask` along, so that its rank shift is known. */
  operators: Operator[];
  genes: PlannedGene[];
  notRanked: { gene: string; reason: string }[];
  /** Start cells that are perturbed: rows of the token set, ascending. */
  cells: number[];
  /** Replicate (donor or cell) of each start cell, 0 to nReplicates − 1; no names, they may be personal. */
  replicates: number[];
  nReplicates: number;
  replicateUnit: 'donor' | 'cell';
  /** Donors, labels and sub-groups of the start cells that effects can be told for. */
  startCellGroups: StartCellGroup[];
  /** The start state, then the goals in the order of the configuration, then the alternatives. */
  states: ReferenceState[];
  /** Indices of the states effects are told for, in the order of the effects: the goals first. */
  measured: number[];
  /** Genes of a cell the model reads. */
  maxLength: number;
  warnings: string[];
}

/** How foretold effects compare with exact ones, over genes that were not chosen for what was foretold. */
export interface StageAgreement {
  operator: Operator;
  goal: string;
  nCompared: number;
  /** Of mean effects; null where too few genes can be compared. */
  spearman: number | null;
  /** Exact over foretold effect. */
  slope: number;
}

/** What a screen in two stages did. */
export interface Stages {
  /** Rows of `plan.genes` that were computed exactly by operators that can be foretold. */
  exact: number[];
  agreement: StageAgreement[];
  /** Operators for which the two did not agree, so that every gene was computed exactly after all. */
  fellBack: Operator[];
  /** Only of adaptive stages. */
  adaptive?: AdaptiveStage[];
}

/** A gene that was computed exactly in some of the start cells that tell of it. */
export interface AdaptiveGene {
  /** Of `plan.genes`. */
  row: number;
  nExact: number;
  /** Start cells that tell of it. */
  nCells: number;
  /** For each goal: standard error that the cells not computed add to the mean effect; 0 where all were. */
  errors: number[];
}

/** What the adaptive stages of one operator did. */
export interface AdaptiveStage {
  operator: Operator;
  rounds: number;
  /** Leading genes that were to be settled. */
  top: number;
  /** Of the `nTop` leading genes of each goal, those whose interval does not hold the cut. */
  goals: { goal: string; nTop: number; nSettled: number }[];
  genes: AdaptiveGene[];
}

/** Effects of every perturbation on every start cell. */
export interface ScreenResult {
  plan: ScreenPlan;
  readOuts: ReadOut[];
  /**
   * Shape: genes × cells × measured states × read-outs per operator; NaN where the operator has no meaning in the cell,
   * where the classifier does not know the state, and for other states than goals where a gene was only foretold.
   */
  effects: Partial<Record<Operator, Float32Array>>;
  /** Read-outs of the unperturbed cells. Shape: cells × measured states × read-outs. */
  originals: Float32Array;
  /** Mean embedding of each state. Shape: states × width. */
  centroids: Float32Array;
  /** Perturbed cells the plan asks for. */
  nPasses: number;
  /** Null where every effect is exact because it was asked for, or no operator could be foretold. */
  stages: Stages | null;
}

/** Where finished parts of a screen wait for a resume. */
export interface ShardStore {
  load(key: string): Promise<Uint8Array | null>;
  save(key: string, bytes: Uint8Array): Promise<void>;
}
