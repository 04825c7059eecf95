/** The part of scran.js 4.1 used here; the package ships no types. */
declare module 'scran.js' {
  interface Freed {
    free(): void;
  }
  export interface ScranMatrix extends Freed {
    numberOfRows(): number;
    numberOfColumns(): number;
  }
  export interface PcaResults extends Freed {
    /** Components × cells, column-major: cell after cell. */
    principalComponents(options?: { copy?: boolean }): Float64Array;
    varianceExplained(options?: { copy?: boolean }): Float64Array;
    totalVariance(): number;
    numberOfPCs(): number;
  }
  export interface Clusters extends Freed {
    membership(options?: { copy?: boolean }): Int32Array;
  }
  export interface Umap extends Freed {
    run(options?: { runTime?: number | null }): void;
    currentEpoch(): number;
    totalEpochs(): number;
    extractCoordinates(): { x: Float64Array; y: Float64Array };
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
  export function normalizeCounts(x: ScranMatrix, options?: { allowZeros?: boolean }): ScranMatrix;
  export function modelGeneVariances(x: ScranMatrix): Freed & { residuals(options?: { copy?: boolean }): Float64Array };
  export function chooseHvgs(x: object, options?: { number?: number }): Uint8Array;
  export function runPca(x: ScranMatrix, options?: { features?: Uint8Array; numberOfPCs?: number }): PcaResults;
  export function buildNeighborSearchIndex(
    x: PcaResults | Float64Array,
    options?: { numberOfDims?: number; numberOfCells?: number; approximate?: boolean },
  ): Freed;
  export function findNearestNeighbors(x: Freed, k: number): Freed;
  export function truncateNearestNeighbors(x: Freed, k: number): Freed;
  export function buildSnnGraph(x: Freed, options?: { neighbors?: number }): Freed;
  export function clusterGraph(x: Freed, options?: { method?: 'multilevel'; multiLevelResolution?: number }): Clusters;
  export function initializeUmap(x: Freed, options?: { neighbors?: number; epochs?: number; minDist?: number }): Umap;
}
