import { describe, expect, it } from 'vitest';
import { rowBeside, useSort } from '../../src/renderer/state/use-sort.ts';

describe('the order of a table', () => {
  it('begins as the head says, is turned round by a second click, and only its head tells it', () => {
    const { sort, sortBy, ariaSort } = useSort<'rank' | 'effect'>('rank');
    expect([ariaSort('rank'), ariaSort('effect')]).toEqual(['ascending', 'none']);
    sortBy('effect', true);
    expect([ariaSort('rank'), ariaSort('effect')]).toEqual(['none', 'descending']);
    sortBy('effect', true);
    expect(sort.value).toEqual({ key: 'effect', descending: false });
    sortBy('rank', false);
    sortBy('rank', false);
    expect(ariaSort('rank')).toBe('descending');
  });

  it('is walked to its ends and no further', () => {
    const rows = ['a', 'b', 'c'];
    const from = (picked: string, step: number) => rowBeside(rows, (row) => row === picked, step);
    expect([from('a', 1), from('a', -1), from('c', 1), from('c', -1)]).toEqual(['b', 'a', 'c', 'b']);
    expect(from('gone', 1)).toBe('a');
    expect(rowBeside([], () => true, 1)).toBeUndefined();
  });
});
