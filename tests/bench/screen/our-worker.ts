/** Child process of the benchmark: one screen, or a sample of published passes, with the product's engine. */
import { readFileSync } from 'node:fs';
import { Graph } from '#engine/ir/graph.ts';
import { inputName } from '#engine/ir/value.ts';
import { slice, reshape } from '#engine/ops/index.ts';
import { type ExecutionProvider, ortRuntime } from '#engine/runtime/ort.ts';
import { fullEncoder, modelGraph } from '#genecompass/architecture.ts';
import { foldedFeeds, foldTables } from '#genecompass/architecture/folded.ts';
import { emptyBatch, lookUpPriors, setRow } from '#genecompass/batch-arrays.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { batchFeeds, parameterFeeds } from '#genecompass/feeds.ts';
import { createGeneGradients } from '#genecompass/gene-gradients.ts';
import { headsOf } from '#genecompass/model.ts';
import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { Project } from '#project/project.ts';
import { insertsGenes } from '#shared/domain/screen.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { cellEffects, enoughTold, FEWEST_CELLS, replicateEffects, rowMean } from '#screen/effects.ts';
import { passesByCell } from '#screen/passes.ts';
import { DEFAULT_BATCH, runScreen } from '#screen/run.ts';
import type { ScreenPlan } from '#screen/types.ts';
import { maskGenes, moveToRank, overExpressGenes, removeGenes } from '#singlecell/perturb/operators.ts';
import { type ScreenCase, screenConfig, type ScreenTask, TASKS, type TrainedModel } from './bench-case.ts';
import { openScreen } from './open-screen.ts';
import type { PublishedTiming, ScreenTiming } from './report.ts';

/** Of one start cell, where the time of an exact screen is scaled. */
const TIMED_PASSES = 256;
const { given, trained, task, threads, device } = JSON.parse(process.argv[2]) as {
  given: ScreenCase;
  trained: TrainedModel;
  task: ScreenTask | 'published';
  threads: number;
  device: string;
};
const { project } = { project: await Project.open(trained.project, { passphrase: 'bench' }) };
const { operator, computation } = TASKS[task === 'published' ? 'exact' : task];
const config = screenConfig(given, trained, computation, [operator]);
const opened = await openScreen(project, config);
const runtime = ortRuntime({ provider: device as ExecutionProvider, threads });
project.close();

const answer = task === 'published' ? await timePublished() : await timeScreen();
// The answer is longer than a pipe holds: the program must not end before it is read.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));

async function timeScreen(): Promise<ScreenTiming> {
  // `remove` brings `mask` along for its rank shift; here its passes are timed alone.
  const whole = { ...opened.plan, operators: [operator] };
  const sample = computation === 'exact' && given.sampleGenes ? sampleRows(whole, given.sampleGenes) : null;
  const plan = sample ? { ...whole, genes: sample.map((row) => whole.genes[row]) } : whole;
  const { tokens, model, classes } = opened;
  const entered: { stage: string; at: number; cpu: number }[] = [];
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const [start, busy] = [performance.now(), process.cpuUsage()];
  const tables = await foldTables(model, runtime);
  const encoder = await createCellEncoder(model, runtime, classes, { tables });
  const screen = await runScreen({
    plan,
    tokens,
    encoder,
    modelId: trained.model,
    ...(computation !== 'exact' ? { gradients: (goals) => createGeneGradients(model, runtime, goals, tables) } : {}),
    onProgress: ({ stage }) => {
      if (entered.at(-1)?.stage !== stage) entered.push({ stage, at: performance.now(), cpu: cpu() });
    },
  });
  const [end, used] = [performance.now(), process.cpuUsage(busy)];
  const spent = cpu();
  const stages = entered.map(({ stage, at, cpu: before }, i) => ({
    stage,
    cpuSeconds: (entered[i + 1]?.cpu ?? spent) - before,
    seconds: ((entered[i + 1]?.at ?? end) - at) / 1000,
  }));
  const means = plan.states.slice(1).map(({ name: goal }) => {
    const query = { operator, goal, readOut: plan.config.readOut };
    const perReplicate = replicateEffects(screen, query);
    const isTold = enoughTold(screen, cellEffects(screen, query), perReplicate);
    const told = plan.genes.map((_, row) => (isTold[row] ? rowMean(perReplicate, row, plan.nReplicates) : null));
    return sample ? whole.genes.map((_, row) => told[sample.indexOf(row)] ?? null) : told;
  });
  const asked = sum(passesByCell(whole, tokens, () => ({})));
  // A sample leaves each cell few genes, which share less than all of them: passes are timed in one cell, and what is done once stays.
  const timed = sample ? await timePasses(encoder, whole) : null;
  const sampled = stages.find(({ stage }) => stage === 'screen')!;
  const more = (of: 'seconds' | 'cpuSeconds') => (timed ? asked * timed[of] - sampled[of] : 0);
  return {
    seconds: (end - start) / 1000 + more('seconds'),
    cpuSeconds: (used.user + used.system) / 1e6 + more('cpuSeconds'),
    stages,
    nPasses: sample ? asked : screen.nPasses,
    scaledFrom: sample && timed ? { genes: sample.length, passes: timed.nPasses } : null,
    nGenes: whole.genes.length,
    nTold: toldRows(whole).length,
    nCells: plan.cells.length,
    lengths: plan.cells.map((cell) => opened.inputs(cell).tokenIds.length),
    agreement: screen.stages?.agreement ?? null,
    fellBack: screen.stages?.fellBack ?? [],
    adaptive: screen.stages?.adaptive?.map(({ rounds, goals }) => ({ rounds, goals })) ?? [],
    isCandidate: whole.genes.map((gene) => gene.isCandidate),
    goals: plan.states.slice(1).map(({ name }) => name),
    means,
    peakBytes: peakBytes(),
  };
}

/** What a pass takes where one start cell is perturbed gene after gene. Units: seconds a pass. */
async function timePasses(encoder: CellEncoder, whole: ScreenPlan) {
  const cell = opened.inputs(whole.cells[0]);
  const inputs = perturbedCells(cell, whole).slice(0, TIMED_PASSES);
  await encoder.encode(inputs.slice(0, DEFAULT_BATCH), 'cls');
  const [start, busy] = [performance.now(), process.cpuUsage()];
  for (let from = 0; from < inputs.length; from += DEFAULT_BATCH)
    await encoder.encode(inputs.slice(from, from + DEFAULT_BATCH), 'cls');
  const used = process.cpuUsage(busy);
  const nPasses = inputs.length;
  return {
    seconds: (performance.now() - start) / 1000 / nPasses,
    cpuSeconds: (used.user + used.system) / 1e6 / nPasses,
    nPasses,
  };
}

/** A cell with one gene after the other perturbed. */
function perturbedCells(cell: EncoderInput, { genes, maxLength }: ScreenPlan): EncoderInput[] {
  const { species, tokenIds } = cell;
  const change = (tokenId: number, dose: number) => {
    switch (operator) {
      case 'mask':
        return maskGenes(cell, [tokenId]);
      case 'remove':
        return removeGenes(cell, [tokenId]);
      case 'over-express':
        return overExpressGenes(cell, [{ tokenId, value: dose }], maxLength);
      case 'to-rank':
        return moveToRank(cell, tokenId, config.rankPercentile, maxLength);
    }
  };
  const all = insertsGenes(operator)
    ? genes.map(({ tokenId, dose }) => change(tokenId, dose))
    : Array.from(tokenIds, (id) => change(id, NaN));
  return all.flatMap((perturbed) => (perturbed ? [{ ...perturbed, species }] : []));
}

/** Genes that enough start cells tell of to be ranked. */
function toldRows(plan: ScreenPlan): number[] {
  if (insertsGenes(operator)) return [...plan.genes.keys()];
  const counts = new Map<number, number>();
  for (const cell of plan.cells)
    for (const id of opened.inputs(cell).tokenIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...plan.genes.keys()].filter((row) => (counts.get(plan.genes[row].tokenId) ?? 0) >= FEWEST_CELLS);
}

function sampleRows(plan: ScreenPlan, n: number): number[] {
  const told = toldRows(plan);
  const order = new CounterRandom(plan.config.seed, 'bench-sample').permutation(told.length);
  return Array.from(order.subarray(0, n), (i) => told[i]).sort((a, b) => a - b);
}

/** A gene removed from a cell, padded to all the positions of the model, every row of every layer: one pass. */
async function timePublished(): Promise<PublishedTiming> {
  const { model, plan, inputs } = opened;
  const length = model.config.maxLength;
  const heads = headsOf(model.parameters);
  const feeds = { ...parameterFeeds(model.config, heads, model.parameters) };
  const folded = foldedFeeds(model.config, await foldTables(model, runtime));
  const perSize = [];
  for (const size of [1, 4]) {
    const built = modelGraph(new Graph('published'), model.config, heads, size, length, { folded: true });
    const last = fullEncoder(model.config, built).states[model.config.nLayers];
    built.graph.output('states', last);
    built.graph.output('cls', reshape(slice(last, 1, 0, 1), [size, model.config.width]));
    const executable = await runtime.compile(built.graph);
    const names = executable.inputs.map(inputName);
    const pass = async (first: number) => {
      const batch = emptyBatch(size, length);
      for (let row = 0; row < size; row++) {
        const cell = inputs(plan.cells[(first + row) % plan.cells.length]);
        const gone = removeGenes(cell, [cell.tokenIds[(7 * (first + row)) % cell.tokenIds.length]])!;
        setRow(batch, row, gone.tokenIds, gone.values, cell.species);
      }
      lookUpPriors(batch, model.homologIndex);
      const fed = { ...feeds, ...folded, ...batchFeeds(batch) };
      const { cls } = await executable.run(Object.fromEntries(names.map((name) => [name, fed[name]])));
      return Array.from((cls.data as Float32Array).subarray(0, model.config.width));
    };
    const firstCls = await pass(0);
    const nPasses = Math.max(size, Math.round(given.publishedPasses / 2 / size) * size);
    const [start, busy] = [performance.now(), process.cpuUsage()];
    for (let first = 0; first < nPasses; first += size) await pass(first);
    const used = process.cpuUsage(busy);
    perSize.push({
      batchSize: size,
      secondsPerPass: (performance.now() - start) / 1000 / nPasses,
      cpuSecondsPerPass: (used.user + used.system) / 1e6 / nPasses,
      nPasses,
      firstCls,
    });
    await executable.dispose();
  }
  const best = perSize.reduce((a, b) => (b.cpuSecondsPerPass < a.cpuSecondsPerPass ? b : a));
  return { ...best, length, peakBytes: peakBytes() };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Peak of this program alone: Linux counts a parent's memory into that of `resourceUsage`. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
}
