import type { Runtime } from '#engine/runtime/runtime.ts';
import { fits } from '#genecompass/resources/fits.ts';
import { PassCosts } from '#genecompass/resources/pass-costs.ts';
import type { Pass, PassModel } from '#genecompass/resources/pass-graphs.ts';
import type { ComputeDevice, DeviceSpeed } from '#shared/domain/device.ts';
import type { EstimateWarning, RunEstimate } from '#shared/domain/run-estimate.ts';
import { ENGLISH_WORDS, estimateSentences, warningSentences } from '#shared/estimate/words.ts';
import { Pace } from './pace.ts';
import type { PassRuns } from './pass-runs.ts';
import type { ExactWork } from './screen-work.ts';
import type { Space } from './space.ts';

/** Where a job is about to run. */
export interface EstimatePlace {
  readonly device: ComputeDevice;
  readonly runtime: Runtime;
  /** As the device check measured it; null where there was none. */
  readonly speed: DeviceSpeed | null;
  /** Of the device; null where the system does not tell. */
  readonly deviceMemoryBytes: number | null;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly freeDiskBytes: number | null;
}

/** What a job asks of a computer. */
export interface Demand {
  readonly model: PassModel;
  readonly nGenes: number;
  readonly nCells: number;
  /** Passes that are not counted as perturbed cells. */
  readonly before: readonly PassRuns[];
  readonly least: ExactWork;
  readonly likely: ExactWork;
  /** Null where nothing is foretold. */
  readonly most: ExactWork | null;
  readonly space: Space;
  /** What progress tells of, in order. */
  readonly stages: readonly { readonly stage: string; readonly units: number; readonly runs: readonly PassRuns[] }[];
}

export interface Estimated {
  readonly estimate: RunEstimate;
  /** Null where no speed is known. */
  readonly pace: Pace | null;
}

/** For the share of shapes that were not measured: how they compare with each other, not how fast a computer is. */
const ANY_SPEED: DeviceSpeed = {
  gigaflops: 100,
  smallGigaflops: 100,
  gigabytesPerSecond: 20,
  runMs: 0.05,
  operatorMs: 0.002,
};
/** Trying a pass takes no longer than this. */
const LIMIT_SECONDS = 3;
/** Measured passes are told as if other programs, or the end of their work, changed the speed as much. Source: docs/decisions/0049. */
const SPREAD = { low: 0.8, high: 1.3 };
/** Program, libraries and gene tables before the model. Source: docs/decisions/0049. */
const PROGRAM_BYTES = 560e6;
/** What the system and other programs need. */
const MEMORY_SHARE = 0.85;
const LONG_SECONDS = 86_400;

/** Time, memory and disk of a job, from what it puts through the model and what a pass takes on this computer now. */
export async function estimateRun(demand: Demand, place: EstimatePlace): Promise<Estimated> {
  const { model, before, least, likely, most, space, stages, nGenes, nCells } = demand;
  const costs = new PassCosts(model, place.speed ?? ANY_SPEED);
  const all = [...before, ...(most ?? likely).runs];
  for (const kind of new Set(all.map(({ pass }) => pass.kind)))
    await costs.measure(
      place.runtime,
      heaviest(
        all.filter(({ pass }) => pass.kind === kind),
        costs,
      ),
      LIMIT_SECONDS,
    );
  const seconds = (runs: readonly PassRuns[], pace: 'best' | 'mean'): number | null =>
    runs.reduce<number | null>((sum, { pass, runs: n }) => {
      const one = costs.seconds(pass, pace);
      return sum === null || one === null ? null : sum + n * one;
    }, 0);
  const range = (low: ExactWork, high: ExactWork): RunEstimate['seconds'] => {
    const [from, to] = [seconds([...before, ...low.runs], 'best'), seconds([...before, ...high.runs], 'mean')];
    return from === null || to === null ? null : { from: SPREAD.low * from, to: SPREAD.high * to };
  };
  const memory = {
    bytes: Math.round(
      PROGRAM_BYTES + weightBytes(model, place) + costs.heldBytes(all.map(({ pass }) => pass)) + space.memory,
    ),
    totalBytes: place.totalMemoryBytes,
    freeBytes: place.freeMemoryBytes,
  };
  const estimate: Omit<RunEstimate, 'words'> = {
    device: place.device,
    nGenes,
    nCells,
    passes: { from: least.nPasses, to: likely.nPasses },
    seconds: range(least, likely),
    fallback: most && { passes: most.nPasses, seconds: range(most, most) },
    memory,
    disk: { bytes: Math.round(space.disk), freeBytes: place.freeDiskBytes },
    warnings: [],
  };
  estimate.warnings = warningsOf(estimate, cardIsTooSmall(model, all, place));
  const words = [...estimateSentences(estimate, ENGLISH_WORDS), ...warningSentences(estimate, ENGLISH_WORDS)];
  const paces = stages.map(({ runs, ...stage }) => ({ ...stage, seconds: seconds(runs, 'mean') ?? NaN }));
  const isKnown = paces.every((stage) => Number.isFinite(stage.seconds));
  return { estimate: { words: words.join(' '), ...estimate }, pace: isKnown ? new Pace(paces) : null };
}

function warningsOf({ memory, disk, seconds }: Omit<RunEstimate, 'words'>, isCardTooSmall: boolean): EstimateWarning[] {
  const warnings: EstimateWarning[] = [];
  if (memory.bytes > MEMORY_SHARE * memory.totalBytes) warnings.push('memory');
  else if (memory.bytes > memory.freeBytes) warnings.push('memory-now');
  if (isCardTooSmall) warnings.push('card');
  if (disk.freeBytes !== null && disk.bytes > disk.freeBytes) warnings.push('disk');
  if (seconds && seconds.from > LONG_SECONDS) warnings.push('long');
  return warnings;
}

/** The pass that takes most of the time of its kind. */
function heaviest(runs: readonly PassRuns[], costs: PassCosts): Pass {
  const weight = ({ pass, runs: n }: PassRuns) => n * costs.relative(pass);
  return runs.reduce((best, one) => (weight(one) > weight(best) ? one : best)).pass;
}

function weightBytes({ config }: PassModel, { deviceMemoryBytes: memoryBytes }: EstimatePlace): number {
  return fits(config, 1, 1, 'inference', { device: 'cpu', memoryBytes }).parts.weights;
}

function cardIsTooSmall({ config }: PassModel, runs: readonly PassRuns[], place: EstimatePlace): boolean {
  const { device, deviceMemoryBytes: memoryBytes } = place;
  if (device === 'cpu' || memoryBytes === null) return false;
  const largest = runs.reduce(
    (most, { pass }) => (pass.batchSize * pass.length > most.batchSize * most.length ? pass : most),
    runs[0].pass,
  );
  return fits(config, largest.length, largest.batchSize, 'inference', { device, memoryBytes }).fits === false;
}
