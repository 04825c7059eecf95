import { describe, expect, it } from 'vitest';
import type { FileInspection } from '#shared/domain/dataset.ts';
import { importBlocker, readableInputs } from '../../src/renderer/wizards/import-blocker.ts';
import { inspection } from './fake-inspection.ts';

const sample = (given: Partial<FileInspection['samples'][number]> = {}) => ({
  name: 'a',
  path: '/data/a.h5ad',
  format: 'h5ad' as const,
  description: '',
  nCells: 3,
  nGenes: 4,
  species: 'mouse' as const,
  matrix: 'X',
  warnings: [],
  error: null,
  ...given,
});
const found = (given: Partial<FileInspection> = {}): FileInspection => ({
  ...inspection,
  samples: [sample(), sample({ name: 'b', path: '/data/b.h5ad' })],
  ...given,
});
const mixture = { by: 'genes' as const, column: null };

describe('what stands in the way of an import', () => {
  it.each<[string, FileInspection | null, Record<string, unknown>, string | null]>([
    ['nothing', found(), {}, null],
    ['nothing that can be read', null, {}, 'nothing'],
    ['a sample that cannot be read', found({ samples: [sample(), sample({ error: 'broken' })] }), {}, 'unread'],
    ['no counts', found({ samples: [sample({ matrix: null })] }), {}, 'counts'],
    ['a matrix chosen by hand', found({ samples: [sample({ matrix: null })] }), { matrix: 'layers/raw' }, null],
    ['a species that cannot be told', found({ species: null }), { species: 'auto' }, 'species'],
    ['a species that was chosen', found({ species: null }), { species: 'human' }, null],
    ['cells of both species', found({ mixture }), { species: 'auto' }, 'species'],
    ['both species taken', found({ mixture }), { species: 'both' }, null],
    ['a column of species', found({ species: null }), { speciesColumn: 'organism' }, null],
  ])('%s', (_what, seen, values, blocker) => {
    expect(importBlocker(seen, values)).toBe(blocker);
  });

  it('what cannot be read is left out by choosing the rest', () => {
    const broken = sample({ name: 'c', path: '/data/c.h5ad', error: 'broken' });
    const all = found().samples;
    expect(readableInputs(found({ samples: [...all, broken] }))).toEqual(['/data/a.h5ad', '/data/b.h5ad']);
    expect(readableInputs(found())).toBeNull();
    expect(readableInputs(found({ samples: [broken] }))).toBeNull();
    expect(readableInputs(found({ samples: [sample({ path: null }), broken] }))).toBeNull();
    expect(readableInputs(found({ samples: [sample(), sample({ name: 'twin' }), broken] }))).toBeNull();
  });
});
