import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeHeader } from '#genecompass/checkpoint/describe.ts';
import { configFromShapes, publishedHeads } from '#genecompass/checkpoint/layout.ts';
import type { OpenCheckpoint } from '#genecompass/checkpoint/open-checkpoint.ts';
import type { StoredTensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { SYNTHETIC_SHAPES, syntheticTensors } from '../../../build/make-synthetic-checkpoint.ts';

const PUBLISHED = {
  num_attention_heads: 12,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.02,
  layer_norm_eps: 1e-12,
  initializer_range: 0.02,
} as const;

/** A checkpoint of these shapes whose bytes are never read. */
function opened(kind: string): OpenCheckpoint {
  const read = () => {
    throw new Error('a header tells its counts without reading tensors');
  };
  const stored = new Map(
    syntheticTensors(SYNTHETIC_SHAPES[kind], 1).map(({ name, shape, dtype, storage }): [string, StoredTensor] => {
      const size = shape.reduce((a, b) => a * b, 1) * (dtype === 'Long' ? 8 : 4);
      const place = { key: storage, sizeBytes: size, place: storage, verify: read };
      return [name, { dtype: dtype === 'Long' ? 'I64' : 'F32', shape, read, storage: place }];
    }),
  );
  const { vocabularyHash: _, ...config } = configFromShapes(stored, PUBLISHED, '', 'model');
  const source = { name: 'model', size: 0, read, close: read };
  const heads = publishedHeads(stored, 'model');
  return { folder: '', source, format: 'pytorch', published: PUBLISHED, stored, tensors: stored, config, heads };
}

it('counts Base as published', () => {
  expect(describeHeader(opened('base'))).toMatchObject({
    nTensors: 234,
    nElements: 326_847_102,
    nUniqueBytes: 1_152_082_424,
    matchesBase: true,
    layout: 'scalar',
    ignored: ['emb_warmup.alpha', 'emb_warmup.steps'],
  });
});

it.each(['encoder', 'fused'])('counts Small with layout %s near the 662 MB published', (layout) => {
  const counts = describeHeader(opened(`small-${layout}`));
  expect(counts).toMatchObject({ layout, matchesBase: false });
  expect(counts.config).toMatchObject({ width: 256, nLayers: 6, feedForwardWidth: 512 });
  // Spec §2.7 computes 662.034 MiB for either layout.
  expect(counts.nUniqueBytes / 2 ** 20).toBeCloseTo(662.034, 2);
});

const table = fileURLToPath(new URL('../../../../shared/spec/checkpoint-base.tsv', import.meta.url));
const present = existsSync(table);
it.skipIf(!present)(
  `has the names and shapes of the table of Base${present ? '' : ' (skipped: ../shared/spec/checkpoint-base.tsv is absent)'}`,
  () => {
    const rows = readFileSync(table, 'utf8').trimEnd().split('\n').slice(1);
    const expected = rows.map((row) => {
      const [name, shape, dtype] = row.split('\t');
      return [name, JSON.parse(shape) as number[], dtype === 'int64' ? 'I64' : 'F32'] as const;
    });
    const found = [...opened('base').stored].map(([name, { shape, dtype }]) => [name, shape, dtype] as const);
    const sorted = <T extends readonly [string, ...unknown[]]>(all: T[]) => all.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    expect(sorted(found)).toEqual(sorted(expected));
  },
);
