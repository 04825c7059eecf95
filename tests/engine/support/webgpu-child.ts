import { ortRuntime } from '#engine/runtime/ort.ts';
import { mlpTrainer, xor } from './mlp.ts';

/** Runs a short training on WebGPU and prints its losses as JSON. */
const trainer = mlpTrainer({ runtime: ortRuntime({ provider: 'webgpu' }), placement: 'graph' });
const losses: number[] = [];
for (let i = 0; i < 10; i++) losses.push((await trainer.step('xor', xor)).loss);
await trainer.dispose();
console.log(JSON.stringify(losses));
