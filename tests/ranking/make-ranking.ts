import { RankingConfig } from '#shared/domain/ranking.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { memoryCounts } from '#singlecell/count-source.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { rankGenes, type RankingInput } from '#ranking/rank-genes.ts';
import { FakeEncoder } from '#tests/screen/fake-encoder.ts';
import { markerVectors, screenConfig } from '#tests/screen/make-screen.ts';
import { makeTokenSet } from '#tests/screen/make-token-set.ts';

export const world = makeTokenSet();

export async function makeScreen(config: Partial<ScreenConfig> = {}) {
  const plan = planScreen({
    ...world,
    maxLength: 64,
    config: screenConfig({
      operators: ['over-express', 'remove'],
      nNullGenes: 58,
      nCells: 12,
      nBootstrap: 200,
      ...config,
    }),
  });
  const encoder = new FakeEncoder({
    vector: markerVectors,
    classes: ['progenitor', 'monocyte', 'b-cell'],
    rankWeight: (position) => 1 / (1 + position / 20),
  });
  return runScreen({ plan, tokens: world.tokens, encoder, modelId: 'weights' });
}

/** Counts whose values are those of the tokens: the markers are up in their states. */
export const counts = memoryCounts({
  nGenes: world.genes.length,
  ...(() => {
    const { offsets, tokenIds, values, nCells } = world.tokens;
    const indices = new Int32Array(tokenIds.length);
    const data = new Float32Array(tokenIds.length);
    for (let cell = 0; cell < nCells; cell++) {
      const order = Array.from({ length: offsets[cell + 1] - offsets[cell] }, (_, i) => offsets[cell] + i).sort(
        (a, b) => tokenIds[a] - tokenIds[b],
      );
      order.forEach((from, i) => {
        indices[offsets[cell] + i] = tokenIds[from] - 2;
        data[offsets[cell] + i] = Math.ceil(values[from]);
      });
    }
    return { indptr: offsets, indices, data };
  })(),
});

export async function makeRanking(
  config: Partial<RankingConfig> = {},
  input: Partial<RankingInput> = {},
  screenConfig: Partial<ScreenConfig> = {},
) {
  const goal = config.goal ?? 'monocyte';
  const groups = Int32Array.from({ length: counts.nCells }, (_, cell) =>
    cell % 3 === 0 ? 0 : (goal === 'monocyte' ? 1 : 2) === cell % 3 ? 1 : -1,
  );
  return rankGenes({
    screen: input.screen ?? (await makeScreen(screenConfig)),
    config: RankingConfig.parse({ screen: 's', goal, ...config }),
    genes: world.genes,
    expression: await groupExpression(counts, groups, 2),
    geneVectors: null,
    classifier: { model: 0.9, bestBaseline: 0.8 },
    ...input,
  });
}
