import { bytesOf, peakLiveBytes } from '#engine/ir/cost.ts';
import type { ComputeDevice } from '#shared/domain/device.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { parameterShapes } from '../model.ts';
import { MASKED, trainedNames, workGraph, type WorkMode } from './work-graph.ts';

/** Parts of the memory a piece of work takes. Units: bytes. */
export interface MemoryParts {
  /** Weights and frozen tables, with the copies that are kept of them. */
  readonly weights: number;
  readonly gradients: number;
  /** AdamW's two moments. */
  readonly moments: number;
  /** Most intermediate values alive at once. */
  readonly activations: number;
  /** Program and libraries before the first number. */
  readonly program: number;
}

/** Where the work is done. */
export interface WorkPlace {
  readonly device: ComputeDevice;
  /** Null where the system does not tell. */
  readonly memoryBytes: number | null;
}

export interface Fit {
  readonly bytes: number;
  readonly parts: MemoryParts;
  /** Null where the memory of the device is not known. */
  readonly fits: boolean | null;
  /** Cells that can be computed together; 0 when not even one fits, null where the memory is not known. */
  readonly largestBatch: number | null;
}

/**
 * What ONNX Runtime takes for intermediate values over what the graph needs: its own order of the nodes, and an arena
 * whose blocks do not fit each other.
 *
 * Source: `npm run bench -- memory`, see docs/decisions/0051.
 */
export const ARENA_FACTOR = 1.5;
/** Node, the program and ONNX Runtime; a graphics card holds a driver's context instead. */
const PROGRAM_BYTES = { cpu: 170e6, card: 500e6 };
/** What the system and other programs need. */
const SHARE = 0.85;
const MAX_BATCH = 512;
const FLOAT = 4;
/** Scores of attention in memory at a time, docs/decisions/0022. */
const BLOCK_SCORES = 4 * 1024 * 1024;
/** Of LoRA's adapters, on every linear layer. */
const LORA_RANK = 8;

/** Whether a model and a batch of cells have room on a device, and how many cells would have. */
export function fits(
  config: ModelConfig,
  length: number,
  batchSize: number,
  mode: WorkMode,
  { device, memoryBytes }: WorkPlace,
): Fit {
  const activations = activationModel(config, length, mode);
  const partsOf = (nCells: number): MemoryParts => ({
    ...constantParts(config, mode, device === 'cpu'),
    activations: ARENA_FACTOR * activations(nCells),
  });
  const parts = partsOf(batchSize);
  const bytes = total(parts);
  if (memoryBytes === null) return { bytes, parts, fits: null, largestBatch: null };
  const room = SHARE * memoryBytes;
  const largestBatch = largestThat((nCells) => total(partsOf(nCells)) <= room);
  return { bytes, parts, fits: bytes <= room, largestBatch };
}

/**
 * Peak of the intermediate values as a function of the number of cells.
 *
 * Note: attention is computed in blocks (docs/decisions/0022). A batch of many blocks makes a large graph in which every
 * cell adds the same, so two smaller ones tell it.
 */
function activationModel(config: ModelConfig, length: number, mode: WorkMode): (nCells: number) => number {
  const known = new Map<number, number>();
  const peak = (batchSize: number): number => {
    const bytes = known.get(batchSize) ?? peakLiveBytes(workGraph(config, mode, { batchSize, length }));
    known.set(batchSize, bytes);
    return bytes;
  };
  const blockCells = Math.max(1, Math.round(BLOCK_SCORES / (config.nHeads * length ** 2)));
  const [few, many] = [2 * blockCells, 4 * blockCells];
  return (nCells) =>
    nCells <= many ? peak(nCells) : peak(many) + ((nCells - many) / (many - few)) * (peak(many) - peak(few));
}

/** What does not grow with the batch. On the CPU the host's copies count too; a card holds what a graph is fed and gives. */
function constantParts(config: ModelConfig, mode: WorkMode, isHost: boolean): Omit<MemoryParts, 'activations'> {
  const shapes = parameterShapes(config, mode === 'inference' ? { kind: 'none' } : MASKED);
  const size = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + bytesOf({ dtype: 'float32', shape: shapes.get(name)! }), 0);
  const all = size(shapes.keys());
  const { vocabularySize: rows, width } = config;
  const tables = config.priors.reduce((sum, prior) => sum + FLOAT * rows * prior.width, 0);
  const program = isHost ? PROGRAM_BYTES.cpu : PROGRAM_BYTES.card;
  if (mode === 'inference') {
    // The folded tables: one of the word vectors, one of all priors.
    const folded = FLOAT * rows * width * ((config.learnedIds ? 1 : 0) + (config.priors.length > 0 ? 1 : 0));
    return { weights: (isHost ? 2 * all + tables : all) + folded, gradients: 0, moments: 0, program };
  }
  const trained = mode === 'lora' ? loraBytes(config) : size(trainedNames(config, mode));
  // The model as it came, the one that is trained and the best so far.
  return { weights: (isHost ? 3 : 1) * all + tables, gradients: trained, moments: isHost ? 2 * trained : 0, program };
}

function loraBytes({ nLayers, width, feedForwardWidth }: ModelConfig): number {
  const linear = (from: number, to: number) => LORA_RANK * (from + to);
  const layer = 4 * linear(width, width) + 2 * linear(width, feedForwardWidth);
  return FLOAT * nLayers * layer;
}

/** Bisection: when some cells have room, fewer have. */
function largestThat(hasRoom: (nCells: number) => boolean): number {
  let [low, high] = [0, MAX_BATCH + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (hasRoom(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function total(parts: MemoryParts): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}
