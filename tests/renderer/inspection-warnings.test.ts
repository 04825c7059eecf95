import { describe, expect, it } from 'vitest';
import { mixtureSentence, type FileInspection, type SampleInspection } from '#shared/domain/dataset.ts';
import { mixedSpecies, otherWarnings } from '../../src/renderer/wizards/inspection-warnings.ts';
import { inspection } from './fake-inspection.ts';

const sample = (name: string, rest: Partial<SampleInspection> = {}): SampleInspection => ({
  name,
  path: `/data/${name}.h5`,
  format: '10x-h5',
  description: '',
  nCells: 9,
  nGenes: 9,
  species: 'human',
  matrix: 'X',
  warnings: [],
  error: null,
  ...rest,
});
const found = (rest: Partial<FileInspection>): FileInspection => ({ ...inspection, ...rest });

describe('cells of both species', () => {
  it.each([
    { by: 'genes' as const, column: null },
    { by: 'column' as const, column: 'organism' },
  ])('are told once: $by', (mixture) => {
    const sentence = mixtureSentence(mixture);
    const one = found({ mixture, warnings: [sentence, 'Other.'], samples: [sample('a', { warnings: [sentence] })] });
    expect(mixedSpecies(one)).toEqual({ by: mixture.by, column: mixture.column ?? '' });
    expect(otherWarnings(one)).toEqual(['Other.']);
    const several = [`All samples: ${sentence}`, `a, b: ${sentence}`, `a: ${sentence}`];
    for (const warning of several)
      expect(otherWarnings(found({ mixture, warnings: [warning], samples: [sample('a'), sample('b')] }))).toEqual([]);
  });

  it('of different samples are told once, with the same button', () => {
    const samples = [sample('a'), sample('b', { species: 'mouse' })];
    const two = found({ samples, warnings: ['The samples are of two species (human: a; mouse: b); Species both …'] });
    expect(mixedSpecies(two)).toEqual({ by: 'samples', column: '' });
    expect(otherWarnings(two)).toEqual([]);
    expect(mixedSpecies(found({ samples: [sample('a')] }))).toBeNull();
  });
});

it('what stands beside a sample is not said again', () => {
  const samples = [sample('a', { warnings: ['Raw.'] }), sample('b', { error: 'b.h5: cut off.', species: null })];
  const warnings = ['a: Raw.', 'b cannot be read: b.h5: cut off.', 'The samples have different genes: 1 …'];
  expect(otherWarnings(found({ samples, warnings }))).toEqual(['The samples have different genes: 1 …']);
  expect(otherWarnings(found({ samples: samples.slice(0, 1), warnings: ['Raw.'] }))).toEqual(['Raw.']);
});
