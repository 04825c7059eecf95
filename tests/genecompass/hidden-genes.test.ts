import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const CLASSES = ['a', 'b', 'c'];

function cellsOf(lengths: readonly number[]): EncoderInput[] {
  const { offsets, tokenIds, values, species } = makeCells(lengths);
  return lengths.map((_, c) => ({
    tokenIds: tokenIds.slice(offsets[c], offsets[c + 1]),
    values: values.slice(offsets[c], offsets[c + 1]),
    species: species[c] as 0 | 1,
  }));
}

const hiding = (cell: EncoderInput): EncoderInput[] =>
  Array.from(cell.tokenIds.keys(), (position) => ({ ...cell, hiddenPositions: [position] }));

/** Names the position twice, which hides no more but is not looked for. */
const alone = (inputs: readonly EncoderInput[]) =>
  inputs.map((input) => ({ ...input, hiddenPositions: [...input.hiddenPositions!, ...input.hiddenPositions!] }));

/** The names of the graphs that ran, in order. */
function watched(): { runtime: Runtime; ran: string[] } {
  const [inner, ran] = [ortRuntime(), [] as string[]];
  const runtime: Runtime = {
    ...inner,
    compile: async (graph, options) => {
      const executable = await inner.compile(graph, options);
      return {
        inputs: executable.inputs,
        outputNames: executable.outputNames,
        run: (feeds, fetch) => {
          ran.push(graph.name);
          return executable.run(feeds, fetch);
        },
        dispose: () => executable.dispose(),
      };
    },
  };
  return { runtime, ran };
}

async function furthest(model: Parameters<typeof createCellEncoder>[0], inputs: readonly EncoderInput[]) {
  const { runtime, ran } = watched();
  const encoder = await createCellEncoder(model, runtime, CLASSES);
  const shared = await encoder.encode(inputs, 'cls');
  const asked = [...ran];
  const own = await encoder.encode(alone(inputs), 'cls');
  await encoder.dispose();
  const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  const first = own.embeddings.subarray(0, model.config.width);
  return {
    ran: asked,
    difference: Math.max(apart(shared.embeddings, own.embeddings), apart(shared.probabilities!, own.probabilities!)),
    spread: Math.max(...own.embeddings.map((x, i) => Math.abs(x - first[i % first.length]))),
  };
}

describe('passes through one cell with a gene hidden', () => {
  it.each([2, 4])('share the first of %i layers and tell what passes of their own tell', async (nLayers) => {
    const model = makeTinyModel({ kind: 'classifier', classes: 3 }, { nLayers });
    const [cell, other] = cellsOf([30, 17]);
    const { ran, difference, spread } = await furthest(model, [...hiding(cell), ...hiding(other)]);
    expect(ran.filter((name) => name === 'shared-layer')).toHaveLength(2);
    expect(ran.filter((name) => name === 'hidden-gene').length).toBeGreaterThan(1);
    expect(spread).toBeGreaterThan(0.01);
    expect(difference).toBeLessThan(5e-6);
  });

  it('read the cell once, however many calls ask for its genes', async () => {
    const model = makeTinyModel({ kind: 'classifier', classes: 3 });
    const { runtime, ran } = watched();
    const encoder = await createCellEncoder(model, runtime, CLASSES);
    const inputs = hiding(cellsOf([30])[0]);
    await encoder.encode(inputs.slice(0, 4), 'cls');
    await encoder.encode(inputs.slice(4), 'cls');
    await encoder.dispose();
    expect(ran.filter((name) => name === 'shared-layer')).toHaveLength(1);
  });

  it('share nothing where a cell is asked for a few genes only', async () => {
    const model = makeTinyModel({ kind: 'classifier', classes: 3 });
    const { ran } = await furthest(
      model,
      cellsOf([30, 17, 20]).flatMap((cell) => hiding(cell).slice(0, 3)),
    );
    expect(new Set(ran)).not.toContain('hidden-gene');
  });

  it('leave a gene that takes nearly all attention to a pass of its own', async () => {
    const model = makeTinyModel({ kind: 'classifier', classes: 3 }, { initializerRange: 3 });
    const { ran, difference } = await furthest(model, hiding(cellsOf([30])[0]));
    expect(ran).toContain('hidden-gene');
    expect(ran).toContain('encode-cls');
    expect(difference).toBeLessThan(2e-4);
  });

  it('share nothing where there is one layer, or with another pooling', async () => {
    const inputs = hiding(cellsOf([12])[0]);
    const single = await furthest(makeTinyModel({ kind: 'classifier', classes: 3 }, { nLayers: 1 }), inputs);
    expect(single.ran).not.toContain('hidden-gene');
    const { runtime, ran } = watched();
    const encoder = await createCellEncoder(makeTinyModel({ kind: 'classifier', classes: 3 }), runtime, CLASSES);
    await encoder.encode(inputs, 'mean');
    await encoder.dispose();
    expect(ran).not.toContain('hidden-gene');
  });
});
