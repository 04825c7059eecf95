import { describe, expect, it } from 'vitest';
import { columnInfo, looksPersonal } from '#singlecell/io/column-info.ts';

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
