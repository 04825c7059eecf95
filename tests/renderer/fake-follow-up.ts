import type { Combination, DoseSeries, FollowUpResult, GeneResponse } from '#shared/domain/follow-up.ts';
import { artifactId, IDS, manifests } from './fake-data.ts';
import { CounterRandom } from '#shared/util/random.ts';

const GENES = ['Neurog3', 'Pax4', 'Isl1', 'Nkx2-2', 'Neurod1'];
const random = new CounterRandom(4, 'follow-up');
let counter = 0;
const noise = (scale: number) => scale * (random.uniform(counter++) - 0.5);
const around = (mean: number, reach: number) => ({ mean, low: mean - reach, high: mean + reach });

const DOSES = { raise: [0.5, 0.6, 0.7, 0.8, 0.9, 1], rank: [1, 0.75, 0.5, 0.25, 0], lower: [0.75, 0.5, 0.25, 0.1, 0] };

function series(gene: string, g: number, kind: keyof typeof DOSES, goal: string): DoseSeries {
  const strength = (kind === 'lower' ? -0.01 : 0.02) / (1 + g);
  const at = DOSES[kind];
  const fitted = at.map((_, i) => strength * Math.min(1, (i + 1) / (g % 2 === 0 ? 4 : at.length)));
  const isTrend = g < 4;
  return {
    gene,
    kind,
    goal,
    nCells: 24 - g,
    points: at.map((dose, i) => ({
      at: dose,
      value: kind === 'raise' ? 1.5 + dose : null,
      effect: around(fitted[i] + noise(0.002), 0.003 + 0.001 * g),
      fitted: fitted[i],
    })),
    direction: kind === 'lower' ? 'falling' : 'rising',
    explained: 0.97,
    pValue: isTrend ? 0.0005 : 0.31,
    fdr: isTrend ? 0.001 : 0.31,
    word: isTrend ? (g === 3 ? 'uneven' : 'monotone') : 'no-trend',
    saturation: isTrend && g < 3 ? (g % 2 === 0 ? 'saturated' : 'still-growing') : 'not-told',
    saturatedAt: isTrend && g < 3 && g % 2 === 0 ? at[3] : null,
    masked: kind === 'lower' ? around(strength / 4, 0.002) : null,
  };
}

const WORDS = ['synergy', 'additive', 'not-told-apart', 'redundancy', 'additive', 'not-told-apart'] as const;

function combination(kind: Combination['kind'], genes: string[], i: number, goal: string): Combination {
  const word = WORDS[i % WORDS.length];
  const expected = 0.02 - 0.001 * i;
  const interaction =
    { synergy: 0.012, redundancy: -0.009, additive: 0.0004, 'not-told-apart': 0.003 }[word] + noise(0.001);
  return {
    goal,
    kind,
    genes,
    nCells: 24 - (i % 5),
    singles: genes.map(() => expected / genes.length),
    found: around(expected + interaction, 0.004),
    expected: around(expected, 0.003),
    interaction: around(interaction, word === 'additive' ? 0.001 : 0.005),
    pValue: word === 'synergy' || word === 'redundancy' ? 0.0004 : 0.4,
    fdr: word === 'synergy' || word === 'redundancy' ? 0.004 : 0.52,
    word,
    beyondPairs: genes.length > 2 ? around(0.001, 0.004) : null,
  };
}

function combinations(goal: string): Combination[] {
  const pairs = GENES.flatMap((a, i) => GENES.slice(i + 1).map((b) => [a, b]));
  const both = GENES.flatMap((a) => GENES.filter((b) => b !== a).map((b) => [a, b]));
  return [
    ...[...pairs, GENES.slice(0, 3)].map((genes, i) => combination('raise', genes, i, goal)),
    ...pairs.map((genes, i) => combination('silence', genes, i + 2, goal)),
    ...both.map((genes, i) => combination('mixed', genes, i + 1, goal)),
  ];
}

const TARGETS = ['Neurod1', 'Insm1', 'Pax4', 'Nkx2-2', 'Chga', 'Chgb', 'Cpe', 'Gch1', 'Fev', 'Ins2', 'Iapp', 'Mafb'];

function response(gene: string, g: number, kind: GeneResponse['kind']): GeneResponse {
  const genes = TARGETS.filter((symbol) => symbol !== gene).map((symbol, i) => {
    const universal = 0.01 + 0.004 * ((i * 7) % 5);
    const specific = 0.05 / (i + 1 + g);
    return {
      geneId: `ENSMUSG${String(1000 + i).padStart(11, '0')}`,
      symbol,
      nCells: 24 - (i % 6),
      response: universal + specific,
      universal,
      specific,
      score: 12 - i,
      nullPercentile: 100 - 4 * i,
      isKnownTarget: g === 0 && i < 2,
    };
  });
  return {
    gene,
    kind,
    nCells: 24,
    strength: 1.8 - 0.2 * g,
    nGenes: 412,
    chance: { nAsHigh: g, nNull: 20 },
    genes,
    knownTargets: g === 0 ? { nKnown: 9, nShown: 2, expected: 0.24, pValue: 0.021 } : null,
  };
}

const GOALS = ['Beta', 'Alpha'];

/** A closer look at five genes of the made-up screen. */
export const followUpResult: FollowUpResult = {
  start: 'Ductal',
  goals: GOALS,
  readOut: 'embedding-shift',
  nCells: 24,
  nReplicates: 4,
  replicateUnit: 'donor',
  genes: GENES.map((symbol, i) => ({
    geneId: `ENSMUSG${String(i).padStart(11, '0')}`,
    symbol,
    detections: 900 - 90 * i,
  })),
  notFound: [{ gene: 'Gm12345', reason: 'expressed by 4 cells, the detection gate is 10' }],
  notTold: [
    {
      part: 'combinations',
      kind: 'silence',
      genes: ['Isl1', 'Neurod1'],
      reason: 'all of them act in 2 start cells, 3 are needed',
    },
  ],
  series: GOALS.flatMap((goal) =>
    GENES.flatMap((gene, g) => (['raise', 'rank', 'lower'] as const).map((kind) => series(gene, g, kind, goal))),
  ),
  combinations: GOALS.flatMap(combinations),
  responses: GENES.flatMap((gene, g) => (['raise', 'silence'] as const).map((kind) => response(gene, g, kind))),
  warnings: ['Gm12345: expressed by 4 cells, the detection gate is 10.'],
};

export const followUpInfo = {
  id: artifactId('9c'),
  title: `${GENES.join(', ')}: Ductal → Beta, Alpha`,
  screen: IDS.screen,
  genes: GENES,
  nMonotone: 18,
  nSynergies: 12,
  createdAt: '2026-03-02T09:41:00.000Z',
};

export const followUpManifest = {
  ...manifests.at(-1)!,
  id: followUpInfo.id,
  kind: 'follow-up' as const,
  title: followUpInfo.title,
  inputs: [IDS.screen],
};
