import { expect, it } from 'vitest';
import { fateTitle, namedFew } from '#shared/util/fate-title.ts';

it('names up to three goals, and counts the others', () => {
  expect(fateTitle('CD34+', ['B', 'T', 'NK'])).toBe('CD34+ → B, T, NK');
  expect(fateTitle('CD34+', ['B', 'T', 'NK', 'DC', 'Mk'])).toBe('CD34+ → B, T, NK and 2 more');
  expect(namedFew(['a', 'b'], 1)).toBe('a and 1 more');
  expect(namedFew([])).toBe('');
});
