/** Child process of the benchmark: the product's own code on one row. Reads and answers one JSON line at a time. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { constantSchedule } from '#engine/optim/schedule.ts';
import { type ExecutionProvider, ortRuntime } from '#engine/runtime/ort.ts';
import { Trainer } from '#engine/train/trainer.ts';
import { emptyBatch, lookUpPriors, setRow } from '#genecompass/batch-arrays.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { fillTargets, targetCapacity, targetFeeds } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss, type MaskedShape, trainsMasked } from '#genecompass/masked-training.ts';
import { decays, optimiserOptions } from '#genecompass/optimiser.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import type { CaseData } from './bench-case.ts';
import { patternModel } from './pattern-model.ts';

const ID_WEIGHT = 0.2;
const MASKED = { kind: 'masked' } as const;

/** One call to time; the numbers it gives are compared with those of the other programs. */
type Run = () => Promise<ArrayLike<number>>;

async function prepareForward(data: CaseData): Promise<Run> {
  const model = patternModel(data.config, MASKED);
  const encoder = await createCellEncoder(model, runtimeOf(data));
  const inputs: EncoderInput[] = data.tokenIds.map((ids, i) => ({
    tokenIds: Int32Array.from(ids),
    values: Float32Array.from(data.values[i]),
    species: data.species[i] === 1 ? 1 : 0,
  }));
  return async () => (await encoder.encode(inputs, 'cls')).embeddings.subarray(0, data.config.width);
}

function prepareTraining(data: CaseData): Run {
  const { config } = data;
  const model = patternModel(config, MASKED);
  const { nCells, length } = data.case;
  const trainer = new Trainer<MaskedShape>({
    build: (graph, shape, mode) => buildMaskedLoss(graph, config, shape, ID_WEIGHT, mode),
    runtime: runtimeOf(data),
    parameters: parameterFeeds(config, MASKED, model.parameters),
    trains: (name) => trainsMasked(name, ID_WEIGHT),
    decays: (name) => decays(model, MASKED, name),
    optimizer: optimiserOptions({ weightDecay: 0.01, clipNorm: 1 }),
    rate: constantSchedule({ peak: data.learningRate, warmupSteps: 0, totalSteps: 1 }),
    seed: 1,
    placement: 'host',
    maxExecutables: 2,
  });
  const batch = emptyBatch(nCells, length);
  data.maskedIds.forEach((ids, row) =>
    setRow(batch, row, Int32Array.from(ids), Float32Array.from(data.maskedValues[row]), data.species[row]),
  );
  lookUpPriors(batch, model.homologIndex);
  const capacity = targetCapacity(nCells * length, 0.15);
  const targets = fillTargets(
    batch,
    Int32Array.from(data.labels.flat()),
    Float32Array.from(data.values.flat()),
    capacity,
  );
  const shape = { batchSize: nCells, length, capacity };
  const feeds = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(model.priors) };
  return async () => [(await trainer.step(shape, feeds)).loss];
}

function runtimeOf({ case: { device, threads } }: CaseData) {
  return ortRuntime({ provider: device as ExecutionProvider, threads });
}

/** Peak of this program alone: Linux counts a parent's memory into that of `resourceUsage`. */
function memory(): { peakBytes: number; residentBytes: number } {
  const residentBytes = process.memoryUsage.rss();
  if (process.platform !== 'linux') return { peakBytes: process.resourceUsage().maxRSS * 1024, residentBytes };
  const [, peakKib] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))!;
  return { peakBytes: Number(peakKib) * 1024, residentBytes };
}

let run: Run | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { prepare: CaseData } | { run: true; collect: boolean };
  let answer: object;
  try {
    if ('prepare' in request) {
      const data = request.prepare;
      run = data.case.kind === 'forward' ? await prepareForward(data) : prepareTraining(data);
      answer = { note: '' };
    } else {
      const [start, busy] = [performance.now(), process.cpuUsage()];
      const numbers = await run!();
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(busy);
      if (request.collect) globalThis.gc?.();
      answer = { seconds, cpuSeconds: (user + system) / 1e6, numbers: Array.from(numbers), ...memory() };
    }
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
