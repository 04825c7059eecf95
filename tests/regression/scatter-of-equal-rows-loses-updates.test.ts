import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { embedding } from '#engine/nn/index.ts';
import { reduceSum } from '#engine/ops/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor, zeros } from '#engine/runtime/tensor.ts';

/** ScatterND of ONNX Runtime 1.30 lost additions of equal rows when it ran on several threads. */
describe('the gradient of an embedding with few rows taken many times', () => {
  it('counts every use, in every run on several threads', async () => {
    const [uses, rows, width] = [20_000, 3, 32];
    const graph = new Graph('uses');
    const table = graph.parameter('table', [rows, width]);
    const loss = reduceSum(embedding(table, graph.input('ids', 'int32', [uses])));
    graph.output('gradient', gradients(loss, [table])[0]);
    const executable = await ortRuntime({ threads: 4 }).compile(graph);
    const ids = tensor(
      'int32',
      [uses],
      Int32Array.from({ length: uses }, (_, i) => i % rows),
    );
    const expected = Array.from({ length: rows * width }, (_, i) => Math.ceil((uses - Math.floor(i / width)) / rows));
    for (let run = 0; run < 20; run++) {
      const { gradient } = await executable.run({ ids, table: zeros([rows, width]) });
      expect([...gradient.data]).toEqual(expected);
    }
    await executable.dispose();
  });
});
