import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { cellBatch, lookUpPriors } from '#genecompass/batch-arrays.ts';
import type { CellTokens } from '#genecompass/cells.ts';
import { compatCells } from '#genecompass/compat-cells.ts';
import { finetune } from '#genecompass/finetune.ts';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const cells = makeCells([9, 12, 7, 10, 8, 11, 6, 12]);
const OFF = { truncateValues: false, ignoreSpecies: false };
const model = makeTinyModel({ kind: 'masked' });

function batchOf(changes: Partial<typeof OFF>) {
  const read = compatCells(cells, { ...OFF, ...changes });
  const batch = cellBatch(read, { cells: Int32Array.of(0, 1, 2, 3), length: 12 }, 4);
  lookUpPriors(batch, model.homologIndex);
  return batch;
}

describe('published defects of fine-tuning', () => {
  it('are off by default, and then the cells are those given', () => {
    expect(FinetuneConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l' }).compat).toEqual(OFF);
    expect(compatCells(cells, OFF)).toBe(cells);
  });

  it('cut values to whole numbers, and nothing else', () => {
    const [right, cut] = [batchOf({}), batchOf({ truncateValues: true })];
    expect(cut.values).toEqual(right.values.map((value) => Math.trunc(value)));
    expect(cut.values).not.toEqual(right.values);
    expect({ ...cut, values: null }).toEqual({ ...right, values: null });
  });

  it('give mouse cells the human CLS vector and human priors, and nothing else', () => {
    const [right, human] = [batchOf({}), batchOf({ ignoreSpecies: true })];
    expect([...right.species]).toEqual([0, 1, 0, 1]);
    expect([...human.species]).toEqual([0, 0, 0, 0]);
    expect(human.priorIds).toEqual(right.tokenIds);
    expect(right.priorIds).not.toEqual(right.tokenIds);
    expect({ ...human, species: null, priorIds: null }).toEqual({ ...right, species: null, priorIds: null });
  });

  it.each([
    ['truncateValues', { truncateValues: true }],
    ['ignoreSpecies', { ignoreSpecies: true }],
  ])('%s trains and validates as on such cells', async (_, changes) => {
    const run = (given: CellTokens, compat: Partial<typeof OFF>) =>
      finetune({
        model,
        cells: given,
        labels: Int32Array.from({ length: 8 }, (__, c) => c % 2),
        nClasses: 2,
        train: Int32Array.of(0, 1, 2, 3, 4, 5),
        validation: Int32Array.of(6, 7),
        runtime: ortRuntime({ threads: 1 }),
        options: FinetuneConfig.parse({
          ...{ model: 'm', tokens: 't', labelColumn: 'l', epochs: 2, batchSize: 3, compat },
        }),
      });
    const [right, switched] = [await run(cells, {}), await run(cells, changes)];
    expect(switched.history).not.toEqual(right.history);
    expect(switched.history).toEqual((await run(compatCells(cells, { ...OFF, ...changes }), {})).history);
  });
});
