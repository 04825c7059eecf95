import { describe, expect, it } from 'vitest';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { RankingConfig } from '#shared/domain/ranking.ts';
import { rankGenes } from '#ranking/rank-genes.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { coExpressionPrior } from '#singlecell/priors/co-expression.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { prepareTokens } from '#singlecell/tokenize/prepare.ts';
import { tokensOfGenes } from '#singlecell/vocabulary/vocabulary.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { FakeEncoder } from './fake-encoder.ts';

describe('counts → tokens → screen → ranking', () => {
  it('finds the planted regulator of each fate among decoys, knowing only co-expression', async () => {
    const states = ['progenitor', 'mature', 'other'];
    const cells = makeCells({ nCells: 450, nGenes: 240, states, nDonors: 5, seed: 3 });
    const [labels, donors] = cells.obs;
    const metrics = await cellMetrics(cells, { coreGeneIds: new Set(cells.genes.map((gene) => gene.id)) });
    const qc = applyQcRules(metrics, resolveQcRules('none'));
    const prepared = await prepareTokens(cells, qc, { maxLength: 256, minCellsPerGene: 3 });
    const { tokens, vocabulary, statistics } = prepared;
    const prior = await coExpressionPrior(cells, qc.keep, vocabulary, { dimensions: 8 });
    const encoder = new FakeEncoder({
      width: 8,
      maxLength: 256,
      vector: (token) => prior.table.subarray(token * 8, token * 8 + 8),
    });
    const planted = new Set([...Object.values(cells.truth.regulators).flat(), ...cells.truth.decoys]);
    const genes = cells.genes.map((gene, i) => ({ ...gene, isTranscriptionFactor: planted.has(i) }));
    const plan = planScreen({
      config: ScreenConfig.parse({
        model: 'm',
        tokens: 't',
        labelColumn: 'cell_type',
        donorColumn: 'donor',
        start: 'progenitor',
        goals: ['mature', 'other'],
        operators: ['over-express'],
        nNullGenes: 60,
        nBootstrap: 200,
      }),
      tokens,
      vocabulary,
      labels,
      donors,
      genes,
      detections: statistics.detections,
      maxLength: encoder.maxLength,
    });
    expect(plan.replicateUnit).toBe('donor');
    const screen = await runScreen({ plan, tokens, encoder, modelId: 'co-expression' });
    for (const [goal, group] of [
      ['mature', 1],
      ['other', 2],
    ] as const) {
      const codes = labels.kind === 'categorical' ? labels.codes : new Int32Array();
      const ranked = rankGenes({
        screen,
        config: RankingConfig.parse({ screen: 's', goal }),
        genes,
        expression: await groupExpression(
          cells.counts,
          codes.map((code) => (code === 0 ? 0 : code === group ? 1 : -1)),
          2,
        ),
        geneVectors: { width: 8, vectors: prior.table, rowOfGene: tokensOfGenes(vocabulary, genes) },
        classifier: null,
      });
      const truth = genes[cells.truth.regulators[goal][0]].symbol;
      const first = ranked.genes.find((gene) => gene.rankByModel === 1);
      expect(first?.symbol).toBe(truth);
      expect(first?.effectLow).toBeGreaterThan(0);
      expect(ranked.genes.find((gene) => gene.rankByCombined === 1)?.symbol).toBe(truth);
    }
  });
});
