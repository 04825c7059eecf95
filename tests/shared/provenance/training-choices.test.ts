import { describe, expect, it } from 'vitest';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { trainingChoices } from '#shared/provenance/training-choices.ts';

const config = (changes: object = {}) =>
  FinetuneConfig.parse({ model: 'latest', tokens: 'latest', labelColumn: 'state', ...changes });

describe('choices of a training in a methods section', () => {
  it('are not mentioned where all is as usual, or was before there was a choice', () => {
    expect(trainingChoices(config(), 0)).toBe('');
    expect(trainingChoices({}, 0)).toBe('');
  });

  it('are mentioned where they change numbers', () => {
    const all = config({
      lora: { rank: 8, targets: ['query', 'value'] },
      freezeLayers: 2,
      precision: 'float16',
      compat: { truncateValues: true, ignoreSpecies: true },
    });
    expect(trainingChoices(all, 3)).toBe(
      ' Low-rank adapters (rank 8, alpha 16; query, value) were trained and then added to the weights.' +
        ' The lowest 2 encoder layers stayed frozen. Products of matrices were computed in float16.' +
        ' Expression values were cut to whole numbers, as in the published code.' +
        ' Every cell was given as human, as in the published code. 3 steps without a finite loss were left out.',
    );
    expect(trainingChoices(config({ freezeEmbeddings: true }), 0)).toBe(' The embeddings stayed frozen.');
  });
});
