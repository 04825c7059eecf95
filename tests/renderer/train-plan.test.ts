import { describe, expect, it } from 'vitest';
import { cellsFor, canRead, vocabularyChoices } from '../../src/renderer/state/models.ts';
import { trainingNotes } from '../../src/renderer/views/model/training-notes.ts';
import { pretrainInput, trainCommands, trainDefaults } from '../../src/renderer/wizards/train-plan.ts';
import { importedModel, importedTokens, models, tokens } from './fake-data.ts';

const values = { ...trainDefaults(), tokens: tokens.id, model: importedModel.id };
values.finetune.labelColumn = 'clusters';

describe('ways to train', () => {
  it('pretrains, then fine-tunes what came out', () => {
    expect(pretrainInput({ ...values, way: 'new' })).not.toHaveProperty('startFrom');
    const [first, second] = trainCommands({ ...values, way: 'new' });
    expect(first).toMatch(/^gcw model pretrain --tokens 2b2b2b2b2b2b$/);
    expect(second).toMatch(/^gcw training finetune --model latest --tokens 2b2b2b2b2b2b --label-column clusters$/);
  });

  it('trains a model further where it is asked to', () => {
    expect(pretrainInput({ ...values, way: 'continue' })).toMatchObject({ startFrom: importedModel.id });
    expect(trainCommands({ ...values, way: 'continue' })[0]).toContain('--start-from 111111111111');
  });

  it('takes a model as it is', () => {
    expect(pretrainInput({ ...values, way: 'fine-tune' })).toBeNull();
    expect(trainCommands({ ...values, way: 'fine-tune' })).toEqual([
      'gcw training finetune --model 111111111111 --tokens 2b2b2b2b2b2b --label-column clusters',
    ]);
  });

  it('writes options of a group as flags', () => {
    const finetune = { ...values.finetune, lora: { ...(values.finetune.lora as object), rank: 8 } };
    expect(trainCommands({ ...values, finetune, way: 'fine-tune' })[0]).toContain('--lora.rank 8');
  });
});

describe('models and the cells they can read', () => {
  it('goes by the vocabulary, not by the name', () => {
    expect(canRead(importedModel, importedTokens)).toBe(true);
    expect(canRead(importedModel, tokens)).toBe(false);
    expect(cellsFor(importedModel, [tokens])).toBeUndefined();
    expect(cellsFor(importedModel, [tokens, importedTokens])?.id).toBe(importedTokens.id);
    expect(cellsFor(models[1], [tokens, importedTokens])?.id).toBe(tokens.id);
  });

  it('offers every vocabulary once, that of an imported model first', () => {
    const offered = vocabularyChoices([...models, importedModel], [tokens, importedTokens]);
    expect(offered.map(({ id, model }) => [id, model.title])).toEqual([
      [importedTokens.vocabulary, importedModel.title],
      [tokens.vocabulary, models[1].title],
    ]);
    expect(
      vocabularyChoices([{ ...importedModel, imported: { ...importedModel.imported, vocabulary: null } }], []),
    ).toEqual([]);
  });
});

describe('how a training went', () => {
  it('tells where it began, what was kept, that it stopped and what was skipped', () => {
    const summary = { nSteps: 900, nSkipped: 3, startedFrom: { title: 'Base' } };
    const notes = trainingNotes({ summary, epochs: { best: 4, last: 6, planned: 12 } });
    expect(notes.map(({ key }) => key)).toEqual(['further', 'steps', 'best', 'early', 'skipped']);
    expect(notes.at(-1)).toMatchObject({ isWarning: true, values: { n: 3 } });
  });

  it('says nothing it does not know', () => {
    expect(trainingNotes({ summary: {}, epochs: null })).toEqual([]);
    expect(trainingNotes({ summary: { nSteps: 'many', startedFrom: null }, epochs: null })).toEqual([]);
    const whole = trainingNotes({ summary: {}, epochs: { best: 5, last: 5, planned: 5 } });
    expect(whole.map(({ key }) => key)).toEqual(['best']);
  });
});
