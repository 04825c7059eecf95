import type { ComputeDevice } from '#shared/domain/device.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { Graph } from '../ir/graph.ts';
import { matmul } from '../ops/index.ts';
import { ortRuntime } from '../runtime/ort.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { tensor } from '../runtime/tensor.ts';

/** Devices with float16 kernels. Note: the processor computes float16 by way of float32, which is slower than float32. */
const CAPABLE: readonly ComputeDevice[] = ['webgpu', 'cuda'];
const SIZE = 16;

/**
 * The runtime of a device with products in float16, tried on a small one.
 *
 * Throws: unsupported where the device has none, with its reason: WebGPU needs 16-bit shaders (`shader-f16`).
 */
export async function halfRuntime(
  device: ComputeDevice,
  make: (device: ComputeDevice) => Runtime = (provider) =>
    ortRuntime({ provider: provider as 'webgpu' | 'cuda', precision: 'float16' }),
): Promise<Runtime> {
  if (!CAPABLE.includes(device)) {
    throw new WorkbenchError(
      'unsupported',
      `precision float16: ${device} computes float16 no faster than float32; choose precision float32, or device webgpu or cuda.`,
    );
  }
  const runtime = make(device);
  const reason = await whyNot(runtime);
  if (reason === null) return runtime;
  throw new WorkbenchError(
    'unsupported',
    `precision float16: ${device} cannot compute it here (${reason}); choose precision float32.`,
  );
}

/** Null when a product of small whole numbers, which float16 holds exactly, is right. */
async function whyNot(runtime: Runtime): Promise<string | null> {
  const graph = new Graph('float16');
  const shape = [SIZE, SIZE];
  graph.output('product', matmul(graph.input('a', 'float32', shape), graph.input('b', 'float32', shape)));
  const numbers = (factor: number) => Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i * factor) % 7) - 3);
  const [a, b] = [numbers(3), numbers(5)];
  try {
    const executable = await runtime.compile(graph);
    const { product } = await executable
      .run({ a: tensor('float32', shape, a), b: tensor('float32', shape, b) })
      .finally(() => executable.dispose());
    const isRight = product.data.every((value: number | bigint, at: number) => {
      const [row, column] = [Math.floor(at / SIZE), at % SIZE];
      let sum = 0;
      for (let i = 0; i < SIZE; i++) sum += a[row * SIZE + i] * b[i * SIZE + column];
      return value === sum;
    });
    return isRight ? null : 'its numbers are wrong';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
