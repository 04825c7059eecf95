import { describe, expect, it } from 'vitest';
import { GENE_COLUMNS } from '#shared/ranking/columns/index.ts';
import { COLUMN_TEXTS } from '#shared/ranking/columns/texts.ts';

const names = GENE_COLUMNS.map(({ name }) => name);

describe('columns of a ranking', () => {
  it('keep their order in saved tables: scripts read them by place', () => {
    expect(names.slice(0, 37).join(' ')).toBe(
      'rank gene_id symbol effect fdr effect_low effect_high p_value null_percentile detections n_cells ' +
        'is_transcription_factor log2_fold_change start_fraction goal_fraction rank_by_model rank_by_fold_change ' +
        'rank_by_combined rank_by_expression is_known is_foretold exact_cells away_from_start competing_state ' +
        'competing_effect cells_moved is_tested p_value_counted fdr_chosen specific_effect p_value_donors mixed_effect ' +
        'p_value_mixed donor_share rank_low rank_high top_share',
    );
    expect(names.slice(55)).toEqual([
      'is_read',
      'leads',
      'n_replicates',
      'library_size_correlation',
      'library_size_fdr',
      'donors_agree',
      'haploinsufficient',
      'haploinsufficient_list',
      'druggable_family',
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are explained, each in a sentence, and nothing else is', () => {
    expect([...new Set(GENE_COLUMNS.map(({ about }) => about))].sort()).toEqual(Object.keys(COLUMN_TEXTS).sort());
    for (const { title, tip } of Object.values(COLUMN_TEXTS)) {
      expect(title.length).toBeLessThanOrEqual(20);
      expect(tip).toMatch(/^[A-Z].*\.$/);
      expect(tip.length).toBeLessThan(240);
    }
  });
});
