import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { type DType, sizeOf } from '#engine/ir/value.ts';
import { add, bitwiseXor, greater, less, mod, mul, reduceMax, reduceSum, shiftRight, sub } from '#engine/ops/index.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { tfjsRuntime } from '#engine/runtime/tfjs.ts';

/** Two shapes that stretch to each other: axes of either may be 1 or missing. */
const shapes = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 4 }), left: fc.boolean(), right: fc.boolean() }), {
    maxLength: 4,
  })
  .chain((axes) =>
    fc.tuple(fc.nat({ max: axes.length }), fc.nat({ max: axes.length })).map(([dropLeft, dropRight]) => ({
      left: axes.map(({ length, left }) => (left ? length : 1)).slice(dropLeft),
      right: axes.map(({ length, right }) => (right ? length : 1)).slice(dropRight),
    })),
  );

/** Numbers at the edges of 32 bits as often as small ones. */
const edges = fc.oneof(
  fc.constantFrom(0, 1, 2, 31, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff),
  fc.nat(0xffffffff),
);

function filled(dtype: DType, shape: readonly number[], numbers: readonly number[], from: number) {
  return tensor(
    dtype,
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => {
      const bits = numbers[(from + i) % numbers.length];
      return dtype === 'int32' ? bits | 0 : bits;
    }),
  );
}

describe.each(['cpu', 'wasm'] as const)('integers on TensorFlow.js, %s', (backend) => {
  it.each(['uint32', 'int32'] as const)('%s: any shapes, any numbers, as the reference', async (dtype) => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(edges, { minLength: 3, maxLength: 9 }), async ({ left, right }, numbers) => {
        const graph = new Graph('integers');
        const a = graph.input('a', dtype, left);
        const b = graph.input('b', dtype, right);
        graph.output('sum', add(a, b));
        graph.output('difference', sub(a, b));
        graph.output('product', mul(a, b));
        graph.output('greater', greater(a, b));
        graph.output('less', less(a, b));
        graph.output('remainder', mod(a, 1000));
        if (dtype === 'uint32') {
          graph.output('xor', bitwiseXor(a, b));
          graph.output('shift', shiftRight(a, 13));
        }
        if (left.length > 0) {
          graph.output('total', reduceSum(a, [0]));
          graph.output('largest', reduceMax(a, [left.length - 1], { keep: true }));
        }
        const feeds = { a: filled(dtype, left, numbers, 0), b: filled(dtype, right, numbers, 1) };
        const [here, there] = await Promise.all(
          [tfjsRuntime({ backend }), referenceRuntime].map(async (runtime) => {
            const executable = await runtime.compile(graph);
            return executable.run(feeds).finally(() => executable.dispose());
          }),
        );
        expect(here).toEqual(there);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
