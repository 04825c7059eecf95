import { describe, expect, it } from 'vitest';
import {
  countParameters,
  type ModelCard,
  modelBlocks,
  readModel,
  type StoredModel,
  writeModel,
} from '#genecompass/model-io.ts';
import { readPretrainState } from '#genecompass/training-state-io.ts';
import { makeTinyModel } from './support/tiny-model.ts';

const card: ModelCard = {
  origin: 'fine-tuned',
  nTrainingCells: 80,
  nParameters: 1,
  scores: { 'validation.macroF1': 0.9 },
  notes: ['made for a test'],
};
const stored: StoredModel = {
  model: makeTinyModel({ kind: 'classifier', classes: 2 }),
  classes: ['β cell', 'α cell'],
  card,
};

describe('model file', () => {
  it.each([
    ['a classifier', stored],
    ['a pretrained model', { model: makeTinyModel({ kind: 'masked' }), classes: null, card }],
    [
      'a model known by priors alone',
      { model: makeTinyModel({ kind: 'masked' }, { learnedIds: false }), classes: null, card },
    ],
    [
      'a classifier taught with published defects',
      { ...stored, model: { ...stored.model, reads: { truncateValues: true, ignoreSpecies: false } } },
    ],
    ['a trunk', { model: makeTinyModel({ kind: 'none' }), classes: null, card }],
  ])('returns %s as it was', (_, each: StoredModel) => {
    const bytes = writeModel(each);
    expect(readModel(bytes, 'm', 'tiny')).toEqual(each);
    expect(writeModel(each)).toEqual(bytes);
    expect(Buffer.concat([...modelBlocks(each)])).toEqual(Buffer.from(bytes));
  });

  it('counts parameters', () => {
    // 2 layers × 8, FFN 16: layer 4·72 + 2·16 + (128 + 16) + (128 + 8) = 600; see parameterShapes for the rest.
    expect(countParameters(makeTinyModel({ kind: 'none' }, { priors: [] }))).toBe(
      2 * 600 + 40 * 8 + (8 * 9 + 8) + 16 + 72 + 40 * 8 + 16 + 16 + 16,
    );
  });

  it('refuses another vocabulary, naming both', () => {
    const act = () => readModel(writeModel(stored), 'model', 'other-hash');
    expect(act).toThrow(/made for vocabulary tiny, the cells were prepared with other-hash/);
    expect(act).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('refuses names that do not fit the outputs', () => {
    expect(() => readModel(writeModel({ ...stored, classes: ['one'] }), 'model')).toThrow(
      /names 1 classes and has 2 outputs/,
    );
  });

  it('refuses files that are no model of the workbench', () => {
    const bytes = writeModel(stored);
    const at = Buffer.from(bytes).indexOf('"gcw"');
    const renamed = bytes.with(at + 1, 'x'.charCodeAt(0));
    expect(() => readModel(renamed, 'model')).toThrow(/no model description/);
    expect(() => readModel(bytes.subarray(0, bytes.length - 4), 'model')).toThrow(/not an intact safetensors file/);
    expect(() => readPretrainState(bytes, 'state')).toThrow(/not a saved training state/);
  });
});
