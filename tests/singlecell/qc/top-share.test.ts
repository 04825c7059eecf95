import fc from '#tests/support/properties.ts';
import { expect, test } from 'vitest';
import { TOP_GENES, TopSum } from '#singlecell/qc/top-share.ts';

test('is the sum of the largest counts, whatever their order', () => {
  const top = new TopSum();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 200 }), (counts) => {
      top.clear();
      for (const count of counts) top.add(count);
      const sorted = counts.toSorted((a, b) => b - a).slice(0, TOP_GENES);
      expect(top.sum).toBe(sorted.reduce((sum, count) => sum + count, 0));
    }),
  );
});
