import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { encoderModel } from '../support/encoder-model.ts';

describe('a training graph large enough to be cut among threads', () => {
  it('gives the same bits in every run and with every number of threads', async () => {
    const size = { layers: 1, width: 64, heads: 4, batch: 8, length: 128, vocabulary: 50, dropout: 0.1 };
    const { build, feeds, parameters } = encoderModel(size);
    const graph = new Graph('determinism');
    const { loss } = build(graph, '', 'train');
    graph.output('loss', loss);
    gradients(loss, graph.parameters).forEach((value, i) => graph.output(`gradient ${i}`, value));
    const digests = new Set<string>();
    for (const threads of [1, 2, 4]) {
      const executable = await ortRuntime({ threads }).compile(graph);
      for (let run = 0; run < 4; run++) {
        const results = await executable.run({ ...feeds, ...parameters, seed: tensor('uint32', [], [9]) });
        const hash = createHash('sha256');
        for (const { data } of Object.values(results))
          hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        digests.add(hash.digest('hex'));
      }
      await executable.dispose();
    }
    expect(digests.size).toBe(1);
  });
});
