import { describe, expect, it } from 'vitest';
import { columnInfo } from '#singlecell/io/column-info.ts';
import { lookOf } from '#singlecell/privacy/personal-column.ts';
import type { ObsColumn } from '#singlecell/types.ts';

const looksPersonal = (name: string, values: string[]): boolean => lookOf(name, values).flag !== null;

describe('looksPersonal', () => {
  it.each([
    ['contact', ['a@b.org', 'c.d@hospital.nl']],
    ['sampled', ['1961-03-04', '1975-12-24']],
    ['visit', ['04.03.2019', '24.12.2020']],
    ['id', ['MRN 123456', 'MRN-7654321']],
    ['donor', ['Jane Roe', 'John Doe']],
    ['who', ['Doe, John', 'Roe, Jane']],
    ['patient_id', ['10293847', '56473829']],
    ['date_of_birth', []],
    ['patient_name', ['x']],
    ['email', []],
  ])('%s %j', (name, values) => {
    expect(looksPersonal(name, values)).toBe(true);
  });

  it.each([
    ['cell_type', ['Dendritic Cell', 'Naive T', 'CD34+']],
    ['donor', ['D1', 'D2']],
    ['sample', ['GSM2230757_human1']],
    ['louvain', ['0', '1', '2']],
    ['age(days)', ['12', '35']],
    ['n_counts', ['1234567', '7654321']],
    ['update_run', ['a', 'b']],
  ])('not %s %j', (name, values) => {
    expect(looksPersonal(name, values)).toBe(false);
  });
});

it('counts cells per category, distinct and missing values', () => {
  const column = {
    name: 'x',
    kind: 'categorical',
    categories: ['a', 'b', 'c'],
    codes: Int32Array.of(0, 1, 1, -1),
  } as const;
  expect(columnInfo({ ...column, categories: [...column.categories] })).toEqual({
    name: 'x',
    kind: 'categorical',
    nDistinct: 2,
    nMissing: 1,
    looksPersonal: false,
    privacy: 'open',
    categories: [
      { value: 'a', nCells: 1 },
      { value: 'b', nCells: 2 },
      { value: 'c', nCells: 0 },
    ],
  });
  expect(columnInfo({ name: 'n', kind: 'number', values: Float64Array.of(1, 1, Number.NaN) })).toMatchObject({
    nDistinct: 1,
    nMissing: 1,
  });
});

describe('the level of a column', () => {
  const groups = (name: string, categories: string[], perGroup = 20): ObsColumn => ({
    name,
    kind: 'categorical',
    categories,
    codes: Int32Array.from({ length: categories.length * perGroup }, (_, i) => i % categories.length),
  });

  it.each<[string, ObsColumn, string, string | undefined]>([
    ['cell states are open', groups('cell_type', ['B', 'T']), 'open', undefined],
    ['donors are limited by their name', groups('patient_id', ['P1', 'P2']), 'limited', 'names-donors'],
    ['what is said of donors is open', groups('donor_age', ['young', 'old']), 'open', undefined],
    ['names of people are restricted', groups('nurse', ['Anna Berg', 'Max Stein']), 'restricted', 'person'],
    ['notes are restricted', groups('comment', ['ok', 'bad']), 'restricted', 'free-text'],
    ['a text that differs per cell', groups('cell', ['a1', 'b2', 'c3'], 1), 'restricted', 'differs-per-cell'],
    ['numbers as texts are no names of cells', groups('n_genes', ['11', '25', '31'], 1), 'open', undefined],
  ])('%s', (_what, column, level, reason) => {
    const info = columnInfo(column);
    expect([info.privacy, info.privacyReason]).toEqual([level, reason]);
    expect(info.categories === undefined).toBe(level === 'restricted');
  });

  it('of a chosen donor column is limited, whatever its values are; small groups are told as one', () => {
    const column = groups('who', ['Anna Berg', 'Max Stein', 'Eva Lang'], 12) as Extract<
      ObsColumn,
      { kind: 'categorical' }
    >;
    column.codes[0] = 1;
    column.codes[3] = 1;
    column.codes[6] = 1;
    const info = columnInfo(column, { roles: { donor: 'who' } });
    expect(info).toMatchObject({ privacy: 'limited', privacyReason: 'person' });
    expect(info.categories).toEqual([
      { value: 'donor 2', nCells: 15 },
      { value: 'donor 3', nCells: 12 },
      { value: '1 of fewer than 10 cells', nCells: 9 },
    ]);
  });

  it('follows the user', () => {
    const column = groups('comment', ['ok', 'bad']);
    expect(columnInfo(column, { roles: {}, columnPrivacy: ['comment=open'] })).toMatchObject({
      privacy: 'open',
      privacyReason: 'by-hand',
      suggested: { privacy: 'restricted', privacyReason: 'free-text' },
      categories: [
        { value: 'ok', nCells: 20 },
        { value: 'bad', nCells: 20 },
      ],
    });
  });

  it('says what it would choose only where a person chose', () => {
    const column = groups('cohort', ['a', 'b']);
    expect(columnInfo(column)).not.toHaveProperty('suggested');
    expect(columnInfo(column, { roles: { sample: 'cohort' }, columnPrivacy: ['cohort=open'] }).suggested).toEqual({
      privacy: 'limited',
      privacyReason: 'names-donors',
    });
  });
});
