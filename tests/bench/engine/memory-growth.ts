import { fileURLToPath } from 'node:url';
import { caseData } from './bench-case.ts';
import { BenchChild } from './child.ts';

export interface Growth {
  readonly steps: number;
  readonly warmUp: number;
  /** Slope of a line through resident memory. */
  readonly bytesPerThousandSteps: number;
  readonly firstBytes: number;
  readonly lastBytes: number;
}

const STEPS = 1000;
const WARM_UP = 500;
const EVERY = 20;
/** Garbage is collected before each look, and the young generation does not grow in steps: what rises then is a leak. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--expose-gc', '--max-semi-space-size=1'];

/** Resident memory over a thousand training steps of a small model, in its own process; or why there is none. */
export async function measureGrowth(threads: number): Promise<Growth | string> {
  const worker = fileURLToPath(new URL('our-worker.ts', import.meta.url));
  const child = new BenchChild(process.execPath, FLAGS.concat(worker), threads);
  try {
    await child.prepare(caseData({ kind: 'train', preset: 'demo', length: 64, nCells: 4, threads, device: 'cpu' }), 60);
    const points: { step: number; bytes: number }[] = [];
    for (let step = 1; step <= WARM_UP + STEPS; step++) {
      const looks = step % EVERY === 0;
      const { residentBytes } = await child.run(60, looks);
      if (step > WARM_UP && looks) points.push({ step, bytes: residentBytes });
    }
    return {
      steps: STEPS,
      warmUp: WARM_UP,
      bytesPerThousandSteps: slope(points) * 1000,
      firstBytes: points[0].bytes,
      lastBytes: points.at(-1)!.bytes,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    child.stop();
  }
}

function slope(points: readonly { step: number; bytes: number }[]): number {
  const mean = (of: (point: { step: number; bytes: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ step }) => step), mean(({ bytes }) => bytes)];
  const covariance = mean(({ step, bytes }) => (step - x) * (bytes - y));
  return covariance / mean(({ step }) => (step - x) ** 2);
}
