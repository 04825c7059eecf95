import { describe, expect, it } from 'vitest';
import { printable } from '#shared/util/printable.ts';

describe('printable text', () => {
  it('keeps letters, line ends and tabs', () => {
    expect(printable('β cell\tGATA1\nλ')).toBe('β cell\tGATA1\nλ');
  });

  it.each([
    ['an escape sequence', '\u001b[2Jweights', '\uFFFD[2Jweights'],
    ['a carriage return', 'bad\rgood', 'bad\uFFFDgood'],
    ['an eight-bit control', '\u009b31m', '\uFFFD31m'],
    ['a change of direction', 'a\u202Ecod.exe', 'a\uFFFDcod.exe'],
  ])('shows %s instead of obeying it', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
