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
/** Lets the C library of Linux keep freed memory, in large pages; by itself it gives it back after each call and fetches it anew. */
const KEPT_MEMORY =
  'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592';
/** What OpenBLAS falls back to on a processor that is newer than itself. */
const FALLBACKS = ['Haswell', 'Zen'];
const NEEDED_FLAGS = ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl'];

/** Null where there is no PyTorch. */
export function aboutTorch(): TorchAbout | null {
  const asked = spawnSync(PYTHON, ['-B', TORCH_WORKER, 'about'], { encoding: 'utf8' });
  return asked.status === 0 ? (JSON.parse(asked.stdout) as TorchAbout) : null;
}

/** Environment in which the same PyTorch is at its fastest here. */
export function tunedSettings(about: TorchAbout): Record<string, string> {
  return { GLIBC_TUNABLES: KEPT_MEMORY, ...(missesAvx512(about) ? { OPENBLAS_CORETYPE: TUNED_CORE } : {}) };
}

/** Whether OpenBLAS misses that this processor has AVX-512, which costs it up to half its speed. */
export function missesAvx512({ core }: TorchAbout): boolean {
  if (!core || !FALLBACKS.includes(core) || !existsSync('/proc/cpuinfo')) return false;
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' ') ?? [];
  return NEEDED_FLAGS.every((flag) => flags.includes(flag));
}
