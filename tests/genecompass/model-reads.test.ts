import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { CellTokens } from '#genecompass/cells.ts';
import { compatCells, readsNote } from '#genecompass/compat-cells.ts';
import { embedCells } from '#genecompass/embed.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { finetune } from '#genecompass/finetune.ts';
import { createGeneGradients, type GradientInput } from '#genecompass/gene-gradients.ts';
import { createGeneStates } from '#genecompass/gene-states.ts';
import type { Model } from '#genecompass/model.ts';
import { pretrain } from '#genecompass/pretrain.ts';
import { type PublishedEffect, PublishedPerturbation } from '#genecompass/published-deletion.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import type { FinetuneCompat } from '#shared/domain/training.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const runtime = ortRuntime({ threads: 1 });
const cells = makeCells([9, 12, 7, 10, 8, 11]);
const plain = makeTinyModel({ kind: 'classifier', classes: 2 });
const OFF: FinetuneCompat = { truncateValues: false, ignoreSpecies: false };
const WAYS: [string, FinetuneCompat][] = [
  ['whole numbers', { ...OFF, truncateValues: true }],
  ['every cell human', { ...OFF, ignoreSpecies: true }],
  ['both', { truncateValues: true, ignoreSpecies: true }],
];

const inputsOf = (from: CellTokens): EncoderInput[] =>
  Array.from({ length: from.nCells }, (_, c) => {
    const [start, end] = [from.offsets[c], from.offsets[c + 1]];
    return {
      tokenIds: from.tokenIds.subarray(start, end),
      values: from.values.subarray(start, end),
      species: from.species[c] as 0 | 1,
    };
  });

/** What every later step asks of a model, as plain numbers. */
const ASKED: Record<string, (model: Model, from: CellTokens, cut: (x: number) => number) => Promise<unknown>> = {
  'cls embeddings and probabilities': async (model, from) => {
    const encoder = await createCellEncoder(model, runtime, ['a', 'b']);
    try {
      return await encoder.encode(inputsOf(from), 'cls');
    } finally {
      await encoder.dispose();
    }
  },
  'mean embeddings': async (model, from) => {
    const encoder = await createCellEncoder(model, runtime, ['a', 'b']);
    try {
      return await encoder.encode(inputsOf(from), 'mean');
    } finally {
      await encoder.dispose();
    }
  },
  'passes with one gene hidden': async (model, from) => {
    const encoder = await createCellEncoder(model, runtime, ['a', 'b']);
    const cell = inputsOf(from)[1];
    const hidden = Array.from(cell.tokenIds, (_, position) => ({ ...cell, hiddenPositions: [position] }));
    try {
      return await encoder.encode(hidden, 'cls');
    } finally {
      await encoder.dispose();
    }
  },
  gradients: async (model, from, cut) => {
    const gradients = await createGeneGradients(model, runtime, [{ kind: 'log2-odds', classes: [1] }]);
    const asked = inputsOf(from).map((input): GradientInput => ({
      ...input,
      changes: [
        {
          ranks: Int32Array.from(input.tokenIds, () => 0),
          values: Float32Array.from(input.tokenIds, (_, i) => cut(5 - 0.37 * i)),
        },
      ],
      joining: {
        tokenIds: Int32Array.of(3, 5),
        ranks: Int32Array.of(1, 2),
        values: Float32Array.of(2.7, 1.2).map(cut),
      },
    }));
    try {
      return await gradients.of(asked, ['gate', 'up', 'down', 'changed', 'joined']);
    } finally {
      await gradients.dispose();
    }
  },
  'states of genes': async (model, from) => {
    const states = createGeneStates(model, runtime);
    try {
      return await states.of(inputsOf(from));
    } finally {
      await states.dispose();
    }
  },
  'embeddings of a data set': async (model, from) => {
    const blocks: Float32Array[] = [];
    const onBlock = (_: number, block: Float32Array) => {
      blocks.push(block.slice());
      return Promise.resolve();
    };
    return [await embedCells({ model, runtime, cells: from, pooling: 'mean', minCellsPerGene: 1, onBlock }), blocks];
  },
  'the published deletion': async (model, from) => {
    const [input] = inputsOf(from).slice(1);
    const run = new PublishedPerturbation({ model, runtime, operator: 'delete', targets: [input.tokenIds[2]] });
    try {
      return (await run.of(input)) satisfies PublishedEffect | null;
    } finally {
      await run.dispose();
    }
  },
};

describe.each(Object.keys(ASKED))('a classifier taught with published defects gives %s', (what) => {
  it.each(WAYS)('as for cells read so: %s', async (_, reads) => {
    const ask = ASKED[what];
    const same = (x: number) => x;
    const cut = reads.truncateValues ? Math.trunc : same;
    const found = await ask({ ...plain, reads }, cells, same);
    expect(found).toEqual(await ask(plain, compatCells(cells, reads), cut));
    expect(found).not.toEqual(await ask(plain, cells, same));
  });
});

describe('how a classifier reads cells', () => {
  const tuned = (compat: FinetuneCompat, model = makeTinyModel({ kind: 'masked' })) =>
    finetune({
      model,
      cells,
      labels: Int32Array.from({ length: 6 }, (_, c) => c % 2),
      nClasses: 2,
      train: Int32Array.of(0, 1, 2, 3),
      validation: Int32Array.of(4, 5),
      runtime,
      options: FinetuneConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l', epochs: 1, compat }),
    });

  it.each(WAYS)('is kept with it: %s', async (_, compat) => {
    expect((await tuned(compat)).model.reads).toEqual(compat);
  });

  it('is that of its own training, not that of the classifier it started from', async () => {
    const start = (await tuned({ truncateValues: true, ignoreSpecies: true })).model;
    expect((await tuned(OFF, start)).model.reads).toBeUndefined();
    const further = await pretrain({
      model: start,
      cells,
      runtime,
      options: PretrainConfig.parse({ tokens: 't', maxSteps: 1 }),
    });
    expect(further.model.reads).toBeUndefined();
  });

  it('is told in words', () => {
    expect(readsNote(OFF)).toEqual([]);
    expect(readsNote({ truncateValues: true, ignoreSpecies: true })).toEqual([
      'It was taught with values cut to whole numbers and every cell taken for human, as published; it reads all cells so.',
    ]);
  });
});
