import os from 'node:os';
import { measureSpeed } from '#engine/devices/speed.ts';
import { type ExecutionProvider, ortRuntime } from '#engine/runtime/ort.ts';
import type { BenchCase, Kind } from './bench-case.ts';
import { type Growth, measureGrowth } from './memory-growth.ts';
import { type Budget, type EngineRow, measureRow, type Program } from './measure-row.ts';
import { aboutTorch, type TorchAbout, tunedSettings } from './torch-about.ts';
import { type Level, LEVELS } from '../suite.ts';

export interface EngineBenchOptions {
  readonly level: Level;
  readonly device: string;
  readonly threads: number;
  /** Only rows whose name holds this text. */
  readonly only: string;
  /** With the answers on the speed of products until then. */
  readonly onRow: (row: EngineRow, gigaflops: readonly number[]) => void;
}

export interface EngineReport {
  readonly device: string;
  readonly threads: number;
  readonly level: Level;
  /** Load average before the first row. */
  readonly loadBefore: number;
  readonly torch: TorchAbout | null;
  readonly rows: readonly EngineRow[];
  /**
   * What ONNX Runtime reached in large products of matrices, in thousand million operations a second: asked before and after
   * each row, since the speed of a machine changes from minute to minute and a single answer is off by half now and then.
   */
  readonly gigaflops: readonly number[];
  readonly growth: Growth | string | null;
}

type Plan = Pick<BenchCase, 'kind' | 'preset' | 'length' | 'nCells'> & { readonly from: Level };

const plan = (from: Level, kind: Kind, preset: Plan['preset'], length: number, nCells: number): Plan => ({
  from,
  kind,
  preset,
  length,
  nCells,
});

/** Batches so that a call takes from a tenth of a second to half a minute on two cores. */
const PLANS: readonly Plan[] = [
  plan('quick', 'forward', 'demo', 256, 64),
  plan('quick', 'train', 'demo', 256, 16),
  plan('quick', 'forward', 'small', 256, 16),
  plan('quick', 'train', 'small', 256, 8),
  plan('usual', 'forward', 'small', 512, 8),
  plan('usual', 'train', 'small', 512, 4),
  plan('usual', 'forward', 'small', 2048, 2),
  plan('usual', 'train', 'small', 2048, 1),
  plan('usual', 'forward', 'base', 256, 4),
  plan('usual', 'train', 'base', 256, 2),
  plan('full', 'forward', 'base', 512, 2),
  plan('full', 'train', 'base', 512, 1),
  plan('full', 'forward', 'base', 2048, 1),
  plan('full', 'train', 'base', 2048, 1),
];

const BUDGETS: Readonly<Record<Level, Budget>> = {
  quick: { seconds: 5, maxRepeats: 9 },
  usual: { seconds: 12, maxRepeats: 15 },
  full: { seconds: 20, maxRepeats: 15 },
};

export function rowName({ kind, preset, length, nCells }: Plan | BenchCase): string {
  return `${kind === 'forward' ? 'forward' : 'train'} ${preset} ${nCells} × ${length}`;
}

/** Forward passes and masked-training steps beside PyTorch, and memory over a thousand steps. */
export async function benchEngine(options: EngineBenchOptions): Promise<EngineReport> {
  const { level, device, threads } = options;
  const loadBefore = os.loadavg()[0];
  const torch = aboutTorch();
  const missing = missingPrograms(torch, device);
  const runtime = ortRuntime({ provider: device as ExecutionProvider, threads });
  const gigaflops: number[] = [];
  const askSpeed = async () => void gigaflops.push((await measureSpeed(runtime)).gigaflops);
  const rows: EngineRow[] = [];
  for (const each of PLANS) {
    const name = rowName(each);
    if (LEVELS.indexOf(each.from) > LEVELS.indexOf(level) || !name.includes(options.only)) continue;
    const given: BenchCase = { ...each, threads, device };
    await askSpeed();
    const row = await measureRow(given, BUDGETS[level], missing, torch ? tunedSettings(torch) : {});
    await askSpeed();
    rows.push(row);
    options.onRow(row, gigaflops);
  }
  const wantsGrowth = level !== 'quick' && 'memory growth'.includes(options.only);
  const growth = wantsGrowth ? await measureGrowth(threads) : null;
  return { device, threads, level, loadBefore, torch, rows, growth, gigaflops };
}

/** Why a program is not asked at all. */
function missingPrograms(torch: TorchAbout | null, device: string): Partial<Record<Program, string>> {
  const without = (reason: string) => ({ published: reason, same: reason, tuned: reason });
  if (!torch) return without('no PyTorch');
  if (device !== 'cpu' && !torch.cuda) return without('PyTorch has no CUDA device');
  return device === 'cpu' ? {} : { tuned: 'not needed' };
}
