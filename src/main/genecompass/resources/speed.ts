import { nodeCosts } from '#engine/ir/cost.ts';
import type { Graph } from '#engine/ir/graph.ts';
import type { DeviceCheck, DeviceSpeed } from '#shared/domain/device.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { workGraph, type WorkMode, type WorkShape } from './work-graph.ts';

const LARGE_FLOPS = 2 * 1024 ** 3;
const SMALL_FLOPS = 2 * 256 ** 3;

/**
 * Seconds of one pass as the measured speeds predict them: each node takes as long as its arithmetic or its memory
 * traffic, whichever is longer, and never less than an operator on one number.
 */
export function predictedSeconds(config: ModelConfig, mode: WorkMode, shape: WorkShape, speed: DeviceSpeed): number {
  return graphSeconds(workGraph(config, mode, shape), speed);
}

/** As `predictedSeconds`, of any graph. */
export function graphSeconds(graph: Graph, speed: DeviceSpeed): number {
  let seconds = speed.runMs / 1000;
  for (const { flops, bytes } of nodeCosts(graph)) {
    const arithmetic = flops / rateAt(flops, speed);
    seconds += Math.max(arithmetic, bytes / (speed.gigabytesPerSecond * 1e9), speed.operatorMs / 1000);
  }
  return seconds;
}

/** Cells a minute, from the speeds and the real pass of the check; null for a device whose speed is not known. */
export function cellsPerMinute(
  config: ModelConfig,
  mode: WorkMode,
  shape: WorkShape,
  { speed, calibration }: Pick<DeviceCheck, 'speed' | 'calibration'>,
): number | null {
  if (!speed) return null;
  const factor = calibration?.[mode === 'inference' ? 'inference' : 'training'] ?? 1;
  return (60 * shape.batchSize) / (factor * predictedSeconds(config, mode, shape, speed));
}

/** Products of a size between those that were measured have a speed between theirs. */
function rateAt(flops: number, { gigaflops, smallGigaflops }: DeviceSpeed): number {
  const place = Math.log(flops / SMALL_FLOPS) / Math.log(LARGE_FLOPS / SMALL_FLOPS);
  const share = Math.min(1, Math.max(0, place));
  return 1e9 * smallGigaflops ** (1 - share) * gigaflops ** share;
}
