import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '#tests/support/python.ts';

/** What PyTorch is here. */
export interface TorchAbout {
  readonly torch: string;
  readonly python: string;
  /** Lines of `torch.__config__.show()`. */
  readonly config: readonly string[];
  /** Shared libraries of linear algebra that it really loaded. */
  readonly libraries: readonly string[];
  /** Processor its OpenBLAS takes this one for; null without OpenBLAS. */
  readonly core: string | null;
  readonly capability: string;
  readonly cuda: string | null;
}

export const TORCH_WORKER = fileURLToPath(new URL('torch_worker.py', import.meta.url));
/** OpenBLAS's own kernels for AVX-512. */
export const TUNED_CORE = 'SkylakeX';
/** What OpenBLAS falls back to on a processor that is newer than itself. */
const FALLBACKS = ['Haswell', 'Zen'];
const NEEDED_FLAGS = ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl'];

/** Null where there is no PyTorch. */
export function aboutTorch(): TorchAbout | null {
  const asked = spawnSync(PYTHON, ['-B', TORCH_WORKER, 'about'], { encoding: 'utf8' });
  return asked.status === 0 ? (JSON.parse(asked.stdout) as TorchAbout) : null;
}

/** Whether OpenBLAS misses that this processor has AVX-512, which costs it up to half its speed. */
export function missesAvx512({ core }: TorchAbout): boolean {
  if (!core || !FALLBACKS.includes(core) || !existsSync('/proc/cpuinfo')) return false;
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' ') ?? [];
  return NEEDED_FLAGS.every((flag) => flags.includes(flag));
}
