import { ops } from '#engine/ops/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { mlpTrainer, xor } from './mlp.ts';
import { buildSample, runSample } from './samples.ts';

/** Runs every sample of the op table and a short training on WebGPU and prints what differs as JSON. */
const runtime = ortRuntime({ provider: 'webgpu' });
const wrong: string[] = [];
let samples = 0;
for (const op of ops) {
  for (const sample of op.samples) {
    try {
      const worst = Math.max(...(await runSample(runtime, buildSample(op, sample))).map((each) => each.worst));
      if (worst > 1e-4) wrong.push(`${op.onnx.name}, ${sample.name}: ${worst}`);
    } catch (error) {
      wrong.push(`${op.onnx.name}, ${sample.name}: ${String(error)}`);
    }
    samples++;
  }
}
const trainer = mlpTrainer({ runtime, placement: 'graph' });
const losses: number[] = [];
for (let i = 0; i < 10; i++) losses.push((await trainer.step('xor', xor)).loss);
await trainer.dispose();
console.log(JSON.stringify({ samples, wrong, losses }));
