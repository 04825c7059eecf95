/** The part of scran.js 4.1 used here; the package ships no types. */
declare module 'scran.js' {
  interface Freed {
    free(): void;
  }
  type Copied = { copy?: boolean };
  export interface ScranMatrix extends Freed {
    numberOfRows(): number;
    numberOfColumns(): number;
  }
  export interface PcaResults extends Freed {
    /** Components × cells, column-major: cell after cell. */
    principalComponents(options?: Copied): Float64Array;
    /** Chosen genes × components, column-major: component after component. */
    rotation(options?: Copied): Float64Array;
    varianceExplained(options?: Copied): Float64Array;
    totalVariance(): number;
    numberOfPCs(): number;
  }
  export interface Neighbours extends Freed {
    numberOfNeighbors(): number;
    /** Cell after cell, each with `runs[cell]` neighbours, nearest first. */
    serialize(): { runs: Int32Array; indices: Int32Array; distances: Float64Array };
  }
  export interface Clusters extends Freed {
    /** 64-bit, since the module addresses memory so. */
    membership(options?: Copied): BigInt64Array;
  }
  interface Drawing extends Freed {
    extractCoordinates(): { x: Float64Array; y: Float64Array };
  }
  export interface Umap extends Drawing {
    run(options?: { runTime?: number | null }): void;
    currentEpoch(): number;
    totalEpochs(): number;
  }
  export interface Tsne extends Drawing {
    run(options?: { maxIterations?: number; runTime?: number | null }): void;
    iterations(): number;
  }
  type Summary = { summary?: 'mean' | 'minimum' };
  /** Statistics of one group, one entry per gene. */
  export interface Markers extends Freed {
    mean(group: number): Float64Array;
    detected(group: number): Float64Array;
    cohensD(group: number, options?: Summary): Float64Array;
    auc(group: number, options?: Summary): Float64Array;
    deltaMean(group: number, options?: Summary): Float64Array;
    deltaDetected(group: number, options?: Summary): Float64Array;
  }
  export interface LoadedReference extends Freed {
    numberOfFeatures(): number;
  }
  export interface TrainedReference extends Freed {
    numberOfFeatures(): number;
  }
  export interface LabelledCells extends Freed {
    predicted(options?: Copied): Int32Array | BigInt64Array;
    scoreForLabel(label: number, options?: Copied): Float64Array;
    delta(options?: Copied): Float64Array;
  }
  export function initialize(options?: { numberOfThreads?: number }): Promise<boolean>;
  export function terminate(): void;
  export function heapSize(): number;
  export function initializeSparseMatrixFromSparseArrays(
    nRows: number,
    nColumns: number,
    values: Float32Array | Int32Array,
    indices: Int32Array,
    pointers: Float64Array | Int32Array,
    options?: { byRow?: boolean; forceInteger?: boolean; layered?: boolean },
  ): ScranMatrix;
  export function normalizeCounts(
    x: ScranMatrix,
    options?: { sizeFactors?: Float64Array; allowZeros?: boolean },
  ): ScranMatrix;
  export function modelGeneVariances(
    x: ScranMatrix,
    options?: { block?: Int32Array },
  ): Freed & { means(): Float64Array; variances(): Float64Array; fitted(): Float64Array; residuals(): Float64Array };
  export function chooseHvgs(x: object, options?: { number?: number }): Uint8Array;
  export function runPca(
    x: ScranMatrix,
    options?: {
      features?: Uint8Array;
      numberOfPCs?: number;
      block?: Int32Array;
      blockMethod?: 'regress' | 'project' | 'none';
    },
  ): PcaResults;
  /** Components × cells, column-major. */
  export function mnnCorrect(
    x: PcaResults,
    block: Int32Array,
    options?: { k?: number; approximate?: boolean },
  ): Float64Array;
  export function buildNeighborSearchIndex(
    x: PcaResults | Float64Array,
    options?: { numberOfDims?: number; numberOfCells?: number; approximate?: boolean },
  ): Freed;
  export function findNearestNeighbors(x: Freed, k: number): Neighbours;
  export function truncateNearestNeighbors(x: Neighbours, k: number): Neighbours;
  export function buildSnnGraph(x: Neighbours, options?: { neighbors?: number }): Freed;
  export function clusterGraph(x: Freed, options?: { method?: 'multilevel'; multiLevelResolution?: number }): Clusters;
  export function initializeUmap(
    x: Neighbours,
    options?: { neighbors?: number; epochs?: number; minDist?: number },
  ): Umap;
  export function perplexityToNeighbors(perplexity: number): number;
  export function initializeTsne(x: Neighbours, options?: { perplexity?: number; neighbors?: number }): Tsne;
  export function scoreMarkers(
    x: ScranMatrix,
    groups: Int32Array,
    options?: { block?: Int32Array | null; computeAuc?: boolean; threshold?: number },
  ): Markers;
  export function loadLabelCellsReferenceFromBuffers(
    ranks: Uint8Array,
    markers: Uint8Array,
    labels: Uint8Array,
  ): LoadedReference;
  export function trainLabelCellsReference(
    testFeatures: (string | null)[],
    reference: LoadedReference,
    referenceFeatures: (string | null)[],
    options?: { top?: number; approximate?: boolean },
  ): TrainedReference;
  export function labelCells(
    x: ScranMatrix,
    reference: TrainedReference,
    options?: { quantile?: number },
  ): LabelledCells;
}
