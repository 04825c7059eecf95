import { describe, expect, it } from 'vitest';
import { EstimateWarning, type RunEstimate } from '#shared/domain/run-estimate.ts';
import { ENGLISH_WORDS, estimateSentences, timeWords, warningSentences } from '#shared/estimate/words.ts';

const estimate: RunEstimate = {
  words: '',
  device: 'cpu',
  nGenes: 1024,
  nCells: 24,
  passes: { from: 7617, to: 7617 },
  seconds: { from: 12 * 60, to: 20 * 60 },
  fallback: null,
  memory: { bytes: 1.1e9, totalBytes: 8e9, freeBytes: 4e9 },
  disk: { bytes: 40e6, freeBytes: 1e9 },
  warnings: [],
};

describe('an estimate in words', () => {
  it('tells time, memory, disk and passes', () => {
    expect(estimateSentences(estimate, ENGLISH_WORDS)).toEqual([
      'Time: 12 to 20 minutes on the processor. Memory: 1.1 GB. Disk: 40 MB.',
      '7,617 passes through the model: 1,024 genes in 24 start cells.',
    ]);
  });

  it('tells the range of two stages, and what happens where they fail', () => {
    const passes = { from: 3472, to: 5560 };
    const fallback = { passes: 16_370, seconds: { from: 3600, to: 2.4 * 3600 } };
    expect(estimateSentences({ ...estimate, passes, fallback }, ENGLISH_WORDS).slice(1)).toEqual([
      '3,472 to 5,560 passes through the model: 1,024 genes in 24 start cells.',
      'Where foretold effects do not agree with exact ones, every gene is computed exactly: 16,370 passes, 1 to 2 hours.',
    ]);
  });

  it('says so where no time is known', () => {
    const unknown = { ...estimate, seconds: null, fallback: { passes: 9000, seconds: null } };
    const sentences = estimateSentences(unknown, ENGLISH_WORDS);
    expect(sentences[0]).toBe('Memory: 1.1 GB. Disk: 40 MB. How long it takes is told once it runs.');
    expect(sentences.at(-1)).toMatch(/computed exactly: 9,000 passes\.$/);
  });

  it.each([
    [2, 20, 'less than a minute'],
    [20, 80, 'about a minute'],
    [30, 170, '1 to 3 minutes'],
    [290, 310, 'about 5 minutes'],
    [61 * 60, 88 * 60, '61 to 88 minutes'],
    [1.4 * 3600, 2.6 * 3600, '1 to 3 hours'],
    [33 * 3600, 47 * 3600, '33 to 47 hours'],
    [1.2 * 86_400, 2.4 * 86_400, '1 to 2 days'],
    [123 * 86_400, 168 * 86_400, '120 to 170 days'],
  ])('writes %d to %d seconds as a person would', (from, to, words) => {
    expect(timeWords({ from, to }, ENGLISH_WORDS)).toBe(words);
  });

  it('says of every warning what to do', () => {
    const warned = { ...estimate, warnings: EstimateWarning.options };
    const sentences = warningSentences(warned, ENGLISH_WORDS);
    expect(sentences).toHaveLength(EstimateWarning.options.length);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/: \w.*\.$/);
      expect(sentence).not.toMatch(/[{}]|undefined|NaN/);
    }
    expect(sentences[0]).toContain('needs 1.1 GB of memory and this computer has 8.0 GB');
  });

  it('writes sizes of any order', () => {
    expect([0, 900, 1500, 12_345_678, 9.99e9, 3e15].map(ENGLISH_WORDS.bytes)).toEqual([
      '0.0 kB',
      '0.9 kB',
      '1.5 kB',
      '12 MB',
      '10.0 GB',
      '3000 TB',
    ]);
  });
});
