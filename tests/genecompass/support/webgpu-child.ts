import { ortRuntime } from '#engine/runtime/ort.ts';
import { trainAndEncode } from './train-and-encode.ts';

/** Trains and encodes on WebGPU, AdamW on the host and in the graph, and prints the numbers as JSON. */
const runtime = ortRuntime({ provider: 'webgpu' });
console.log(
  JSON.stringify({ host: await trainAndEncode(runtime, 'host'), graph: await trainAndEncode(runtime, 'graph') }),
);
