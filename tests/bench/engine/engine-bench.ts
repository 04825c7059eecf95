import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '#tests/support/python.ts';
import type { BenchCase, Kind } from './bench-case.ts';
import { type Growth, measureGrowth } from './memory-growth.ts';
import { type Budget, type EngineRow, measureRow } from './measure-row.ts';

export type Level = 'quick' | 'usual' | 'full';

export interface EngineBenchOptions {
  readonly level: Level;
  readonly device: string;
  readonly threads: number;
  /** Only rows whose name holds this text. */
  readonly only: string;
  readonly onRow: (row: EngineRow, name: string) => void;
}

/** What PyTorch is here; null where there is none. */
export interface TorchAbout {
  readonly torch: string;
  readonly python: string;
  readonly blas: string;
  /** Shared libraries of linear algebra that it really loaded. */
  readonly libraries: readonly string[];
  readonly capability: string;
  readonly cuda: string | null;
}

export interface EngineReport {
  readonly device: string;
  readonly threads: number;
  readonly level: Level;
  readonly torch: TorchAbout | null;
  readonly rows: readonly EngineRow[];
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
const LEVELS: readonly Level[] = ['quick', 'usual', 'full'];
/** Memory of one program that trains Base, seen in runs of this table. */
const BASE_TRAINING_BYTES = 5 * 2 ** 30;

export function rowName({ kind, preset, length, nCells }: Plan | BenchCase): string {
  return `${kind === 'forward' ? 'forward' : 'train'} ${preset} ${nCells} × ${length}`;
}

/** Forward passes and masked-training steps beside PyTorch, and memory over a thousand steps. */
export async function benchEngine(options: EngineBenchOptions): Promise<EngineReport> {
  const { level, device, threads } = options;
  const torch = aboutTorch();
  const missing = !torch
    ? `no PyTorch under ${PYTHON}`
    : device !== 'cpu' && !torch.cuda
      ? 'this PyTorch has no CUDA device'
      : null;
  const rows: EngineRow[] = [];
  for (const each of PLANS) {
    const name = rowName(each);
    if (LEVELS.indexOf(each.from) > LEVELS.indexOf(level) || !name.includes(options.only)) continue;
    const given: BenchCase = { ...each, threads, device };
    const row = tooLarge(given) ?? (await measureRow(given, BUDGETS[level], missing));
    rows.push(row);
    options.onRow(row, name);
  }
  const wantsGrowth = level !== 'quick' && 'memory growth'.includes(options.only);
  return { device, threads, level, torch, rows, growth: wantsGrowth ? await measureGrowth(threads) : null };
}

/** A row that states that three copies of Base do not fit, or nothing. */
function tooLarge(given: BenchCase): EngineRow | null {
  const needed = given.preset === 'base' && given.kind === 'train' ? 3 * BASE_TRAINING_BYTES : 0;
  if (os.freemem() >= needed) return null;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(0)} GiB`;
  const reason = `not run: three programs need about ${gib(needed)}, ${gib(os.freemem())} are free`;
  return { case: given, results: { ours: reason, published: reason, same: reason }, difference: null };
}

function aboutTorch(): TorchAbout | null {
  const script = fileURLToPath(new URL('torch_worker.py', import.meta.url));
  const asked = spawnSync(PYTHON, ['-B', script, 'about'], { encoding: 'utf8' });
  return asked.status === 0 ? (JSON.parse(asked.stdout) as TorchAbout) : null;
}
