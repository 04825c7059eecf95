import type { DeviceCalibration, DeviceSpeed } from '#shared/domain/device.ts';
import { MODEL_PRESETS, ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { sizeOf } from '#engine/ir/value.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import { predictedSeconds } from './speed.ts';
import { workGraph, type WorkMode } from './work-graph.ts';

const GENES = 2000;
const CONFIG = ModelConfig.parse({
  ...MODEL_PRESETS.small,
  nLayers: 2,
  vocabularySize: GENES,
  vocabularyHash: 'device check',
  priors: [{ name: 'co_exp', width: 48 }],
});
const SHAPE = { batchSize: 4, length: 256 };
const REPEATS = 3;
/** A device that would need longer is told by its speeds alone; it is no device to train on anyway. */
const LONGEST_SECONDS = 10;

/** Two layers of the small model for real, beside what the speeds predict; null for a device too slow to wait for. */
export async function calibrate(runtime: Runtime, speed: DeviceSpeed): Promise<DeviceCalibration | null> {
  if (predictedSeconds(CONFIG, 'training', SHAPE, speed) > LONGEST_SECONDS) return null;
  return { inference: await ratio(runtime, 'inference', speed), training: await ratio(runtime, 'training', speed) };
}

async function ratio(runtime: Runtime, mode: WorkMode, speed: DeviceSpeed): Promise<number> {
  const graph = workGraph(CONFIG, mode, SHAPE);
  const executable = await runtime.compile(graph);
  try {
    const feeds: Record<string, Tensor> = {};
    [...graph.inputs].forEach(([name, { dtype, shape }], salt) => {
      feeds[name] = tensor(dtype, shape, dtype === 'float32' ? weights(sizeOf(shape), salt) : indices(sizeOf(shape)));
    });
    feeds.seed &&= tensor('uint32', [], Uint32Array.of(1));
    await executable.run(feeds);
    let best = Infinity;
    for (let i = 0; i < REPEATS; i++) {
      const started = performance.now();
      await executable.run(feeds);
      best = Math.min(best, (performance.now() - started) / 1000);
    }
    return best / predictedSeconds(CONFIG, mode, SHAPE, speed);
  } finally {
    await executable.dispose();
  }
}

function weights(n: number, salt: number): Float32Array {
  const random = new CounterRandom(salt, 'calibration');
  return Float32Array.from({ length: n }, (_, i) => 0.05 * (2 * random.uniform(i) - 1));
}

/** Valid in every table there is: rows of genes, species, positions. */
function indices(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i % 2);
}
