import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { classifierBaselines } from '#singlecell/baselines/classifiers.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { splitCells } from '#singlecell/split.ts';
import { prepareTokens } from '#singlecell/tokenize/prepare.ts';
import { ZHENG_PATH, zhengCells } from '#tests/support/zheng-cells.ts';

describe.skipIf(ZHENG_PATH === null)('3,874 sorted blood cells (skipped where ../shared/data is absent)', () => {
  test('quality mask, medians and ranks equal an independent numpy 1.24.2 and scipy 1.10.1 computation', async () => {
    const cells = await zhengCells(ZHENG_PATH!);
    const qc = applyQcRules(await cellMetrics(cells), resolveQcRules('published'));
    const { tokens, vocabulary, coverage } = await prepareTokens(cells, qc, { maxLength: 512, minCellsPerGene: 3 });
    // scipy.stats.zscore of the totals, numpy.median of non-zero counts, numpy.lexsort((token, -count / median)).
    expect(tokens.nCells).toBe(3794);
    expect(vocabulary.tokens.length).toBe(13906);
    expect(coverage.cellsTruncated).toBeCloseTo(0.665260938323669, 12);
    expect([...tokens.tokenIds.subarray(0, 8)]).toEqual([465, 2125, 3254, 4362, 5963, 6137, 295, 1730]);
    const { buffer, byteOffset, byteLength } = tokens.tokenIds;
    const digest = createHash('sha256')
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
    expect(digest).toBe('372a466860f3b1fa35beca41bec058668e008bc8c46d1d6b289c4742ea5e06a3');
  });

  test(
    'baselines reach on held-out cells about what leave-one-out reaches (.874 / .807)',
    { timeout: 120_000 },
    async () => {
      const cells = await zhengCells(ZHENG_PATH!);
      const column = cells.obs[0];
      if (column.kind !== 'categorical') throw new Error('cell_type is not categorical');
      const all = Int32Array.from({ length: cells.counts.nCells }, (_, i) => i);
      const split = splitCells({
        labels: column.codes,
        classNames: column.categories,
        cells: all,
        testFraction: 0.2,
        validationFraction: 0.1,
        seed: 0,
      });
      const [majority, neighbours, logistic] = await classifierBaselines({ dataset: cells, ...split });
      expect(majority.score.accuracy).toBeLessThan(0.22);
      expect(neighbours.score.accuracy).toBeGreaterThan(0.83);
      expect(neighbours.score.macroF1).toBeGreaterThan(0.74);
      expect(logistic.score.accuracy).toBeGreaterThan(0.84);
      expect(logistic.score.macroF1).toBeGreaterThan(0.77);
    },
  );
});
