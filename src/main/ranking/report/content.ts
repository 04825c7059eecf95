import type { GroupEffect } from '#shared/domain/group-effect.ts';
import { RECALL_DEPTHS, type RankedGene, type RankingReport } from '#shared/domain/ranking.ts';
import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { WITNESSES } from '#shared/domain/witness.ts';
import { COLUMN_TEXTS } from '#shared/ranking/columns/texts.ts';
import { isTested, isUnread } from '#shared/ranking/unread.ts';
import { capital } from '#shared/util/capital.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { type Block, hint, paragraph, type ReportDocument, type Section, section } from './blocks.ts';
import { effectsFigure } from './figures/effects.ts';
import { recallFigure } from './figures/recall.ts';
import { scatterFigure } from './figures/scatter.ts';
import { groupsSection } from './groups-section.ts';
import { knownSection } from './known-section.ts';
import { alike, chance, hundredths, percent, whole } from './numbers.ts';
import { whySection } from './why-section.ts';

const TABLED = 50;

export interface ReportInput {
  report: RankingReport;
  genes: readonly RankedGene[];
  /** Effects of a gene within groups of the start cells; absent, or empty, where they have none. */
  groupsOf?: (geneId: string) => readonly GroupEffect[];
  screen: {
    readOut: ScreenConfig['readOut'];
    dosePercentile: number;
    nCells: number;
    replicateUnit: 'donor' | 'cell';
    nReplicates: number;
  };
  provenance: {
    /** Everything the ranking was made from, oldest first, and the ranking itself. */
    chain: readonly { id: string; kind: string; title: string }[];
    methods: string;
    /** What the methods rest on. */
    references: readonly string[];
    commands: readonly string[];
    /** Programs and tables, each with its version. */
    versions: readonly string[];
  };
  /** Whom the data and gene tables come from. */
  credits: readonly string[];
  version: string;
}

const OPERATOR_QUESTIONS: Record<Operator, string> = {
  'over-express': 'Genes to over-express',
  mask: 'Genes to take away (ranks held)',
  remove: 'Genes to take away (as published)',
  'knock-down': 'Genes to knock down',
  'to-rank': 'Genes to move in rank',
  'published-over-express': 'Genes to over-express (as published)',
};

const UNITS: Record<ScreenConfig['readOut'], string> = {
  'embedding-shift': 'shift towards the goal (change of cosine)',
  'probability-shift': 'shift towards the goal (change of log2 odds)',
};

/** What holds for every result of this kind, whatever the numbers. */
const ALWAYS = [
  'A perturbation in a model is a hypothesis. Viability, off-target effects, delivery and timing are not modelled; test leading genes at the bench beside a negative control.',
  'Fold change and detection say which genes go with the goal, not which bring it about.',
  'Genes below the detection gate are not in the table; that a gene is missing does not mean it has no effect.',
];

/** The figures of a ranking, in the order of the report. */
export function rankingFigures({ report, genes, screen }: Pick<ReportInput, 'report' | 'genes' | 'screen'>) {
  const unit = UNITS[screen.readOut];
  return {
    effects: effectsFigure(genes, unit, METHOD_NAMES[report.leader]),
    recall: recallFigure(genes, report),
    'screen-and-fold-change': scatterFigure(genes, unit),
  };
}

/** What the report of a ranking says, page and paper alike. */
export function rankingDocument(input: ReportInput): ReportDocument {
  const { report, genes, screen, version } = input;
  const figures = rankingFigures(input);
  const dose =
    report.operator === 'over-express' ? `, to the ${ordinal(screen.dosePercentile)} of expressing cells` : '';
  return {
    kicker: 'GeneCompass Workbench · ranked regulators',
    title: `What drives ${report.start} → ${report.goal}?`,
    subtitle: `${OPERATOR_QUESTIONS[report.operator]}${dose}`,
    sections: [
      section(null, [{ kind: 'facts', facts: factsOf(report, screen) }]),
      { title: null, look: 'lead', blocks: [paragraph(report.leaderReason)] },
      {
        title: 'How far to trust this ranking',
        look: 'warning',
        blocks: [{ kind: 'list', items: trustOf(report) }],
      },
      section('Leading genes', [
        hint(figures.effects.caption),
        genes.length > 0 ? { kind: 'figure', figure: figures.effects } : null,
      ]),
      ...recallSection(report, figures.recall),
      section(figures['screen-and-fold-change'].title, [
        hint(figures['screen-and-fold-change'].caption),
        { kind: 'figure', figure: figures['screen-and-fold-change'] },
      ]),
      section(`First ${Math.min(TABLED, genes.length)} genes`, [
        geneTable(genes.slice(0, TABLED), genes.length, report.leader),
      ]),
      ...whySection(genes, report),
      ...knownSection(genes),
      ...groupsSection(input),
      ...provenanceSections(input),
    ],
    footer: `Made with GeneCompass Workbench ${version}, offline. This file holds gene-level results only: no cell, no donor name.`,
    keywords: [report.start, report.goal, report.operator],
    version,
  };
}

/** Checks first, the worst of them first; a warning that says the same is not told twice. */
function trustOf({ checks, warnings }: RankingReport): string[] {
  const told = new Set(checks.map(({ sentence }) => sentence));
  const order = ['bad', 'caution', 'good'] as const;
  return [
    ...order.flatMap((verdict) =>
      checks.filter((check) => check.verdict === verdict).map(({ sentence }) => `${capital(verdict)}: ${sentence}`),
    ),
    ...warnings.filter((warning) => !told.has(warning)),
    ...ALWAYS,
  ];
}

function factsOf(report: RankingReport, screen: ReportInput['screen']) {
  return [
    { name: 'genes ranked', value: whole(report.nGenes) },
    { name: 'start cells perturbed', value: whole(screen.nCells) },
    {
      name: screen.replicateUnit === 'donor' ? 'donors (replicates)' : 'replicates (cells)',
      value: whole(screen.nReplicates),
    },
    { name: 'genes at FDR 5 %', value: whole(report.nSignificant) },
    { name: 'split-half stability', value: report.splitHalf === null ? '–' : hundredths(report.splitHalf) },
  ];
}

function recallSection(
  { recall, leader, chance: byChance, weights }: RankingReport,
  figure: ReturnType<typeof recallFigure>,
): Section[] {
  if (recall.length === 0) return [];
  const sorted = [...recall].sort((a, b) => b.at50 - a.at50 || b.at10 - a.at10);
  const found = (n: number, known: number) => ({ text: `${n} of ${known}`, bar: known > 0 ? n / known : 0 });
  // Older rankings were not counted at 20.
  const depths = RECALL_DEPTHS.filter((depth) => depth !== 20 || recall[0].at20 !== null);
  const leading = sorted.findIndex(({ method }) => method === leader);
  const counted = WITNESSES.filter((witness) => weights[witness] > 0);
  return [
    section('How many known regulators each ranking finds', [
      hint(
        'All rankings order the same genes. The highlighted one leads the table, also where it is a simple baseline.',
      ),
      hint(
        `Weights of the composite: ${counted.map((witness) => `${METHOD_NAMES[witness]} ${weights[witness]}`).join(', ') || 'none'}.`,
      ),
      {
        kind: 'table',
        caption: '',
        columns: [
          { title: 'Ranking', align: 'left' },
          ...depths.map((depth) => ({ title: `first ${depth}`, align: 'left' as const })),
        ],
        rows: [
          ...sorted.map((entry) => [
            { text: capital(METHOD_NAMES[entry.method]) },
            ...depths.map((depth) => found(foundAt(entry, depth), entry.known)),
          ]),
          ...(byChance.length > 0
            ? [
                [
                  { text: 'What chance finds (95 %)' },
                  ...byChance.map(({ low, high }) => ({ text: `${low} to ${high}` })),
                ],
              ]
            : []),
        ],
        ...(leading < 0 ? {} : { leading }),
      },
      figure && hint(figure.caption),
      figure && { kind: 'figure', figure },
    ]),
  ];
}

function foundAt(entry: RankingReport['recall'][number], depth: (typeof RECALL_DEPTHS)[number]): number {
  return depth === 10 ? entry.at10 : depth === 20 ? (entry.at20 ?? 0) : entry.at50;
}

function geneTable(genes: readonly RankedGene[], total: number, leader: RankingReport['leader']): Block {
  const right = (title: string) => ({ title, align: 'right' as const });
  const left = (title: string) => ({ title, align: 'left' as const });
  const effects = genes.filter((gene) => !isUnread(gene));
  const effect = alike(effects.flatMap((gene) => [gene.effect, gene.effectLow, gene.effectHigh]));
  const change = alike(genes.map((gene) => gene.log2FoldChange));
  const plus = (text: string) => (/^[−0]$|^−/.test(text) ? text : `+${text}`);
  return {
    kind: 'table',
    caption: [
      `${whole(genes.length)} of ${whole(total)} genes; the tables (CSV, XLSX) have all of them and all columns.`,
      ...(genes.some(({ isForetold }) => isForetold) ? ['≈: foretold by a backward pass, in no cell computed.'] : []),
      ...(genes.some(isUnread)
        ? [
            'Not read: at this dose the gene still stands below those the model reads, so the screen says nothing of it.',
          ]
        : []),
    ].join(' '),
    columns: [
      right('Rank'),
      left('Gene'),
      right('Effect'),
      left('95 % interval'),
      right('FDR'),
      left(COLUMN_TEXTS.rankRange.title),
      right('log2 fold change'),
      right('In start'),
      right('In goal'),
      right('Rank: screen'),
      right('Rank: fold change'),
    ],
    rows: genes.map((gene) => [
      { text: isUnread(gene) && leader === 'model' ? '–' : String(gene.rank) },
      { text: gene.symbol, look: 'gene', ...(gene.isKnown ? { isStarred: true } : {}) },
      { text: isUnread(gene) ? 'not read' : `${gene.isForetold ? '≈ ' : ''}${plus(effect(gene.effect))}` },
      { text: isUnread(gene) ? '–' : `${effect(gene.effectLow)} to ${effect(gene.effectHigh)}` },
      { text: isTested(gene) ? chance(gene.fdr) : '–' },
      { text: rankRange(gene) },
      { text: plus(change(gene.log2FoldChange)) },
      { text: percent(gene.startFraction) },
      { text: percent(gene.goalFraction) },
      { text: isUnread(gene) ? '–' : String(gene.rankByModel) },
      { text: String(gene.rankByFoldChange) },
    ]),
  };
}

function rankRange({ statistics }: RankedGene): string {
  const { rankLow = null, rankHigh = null } = statistics ?? {};
  return rankLow === null || rankHigh === null ? '–' : `${Math.round(rankLow)} to ${Math.round(rankHigh)}`;
}

function provenanceSections({ provenance, credits }: ReportInput): Section[] {
  const { chain, methods, references, commands, versions } = provenance;
  return [
    section('Methods', [
      paragraph(methods),
      references.length > 0 ? hint('References') : null,
      references.length > 0 ? { kind: 'list', items: references, isHint: true } : null,
      versions.length > 0 ? hint(`Versions: ${versions.join('; ')}.`) : null,
    ]),
    section('To make it again', [
      { kind: 'code', lines: commands },
      {
        kind: 'table',
        caption: 'What this result was made from; an id is the hash of content, step and settings.',
        columns: [
          { title: 'Kind', align: 'left' },
          { title: 'Title', align: 'left' },
          { title: 'Id', align: 'left' },
        ],
        rows: chain.map(({ kind, title, id }) => [{ text: kind }, { text: title }, { text: id, look: 'code' }]),
      },
    ]),
    ...(credits.length > 0 ? [section('Credits', [{ kind: 'list', items: credits, isHint: true }])] : []),
  ];
}

function ordinal(fraction: number): string {
  return fraction === 1 ? 'highest value' : `${Number((100 * fraction).toPrecision(3))}th percentile`;
}
