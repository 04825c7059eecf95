import type { RankedGene } from '#shared/domain/ranking.ts';
import type { ColumnTopic } from '#shared/ranking/columns/texts.ts';
import { isTested, isUnread } from '#shared/ranking/unread.ts';

/** How a number is written. */
export type Writing = 'effect' | 'chance' | 'count' | 'percent' | 'decimal' | 'whole';
export const COLUMN_GROUPS = ['shift', 'chance', 'stability', 'cells', 'expression', 'orders', 'records'] as const;
export type ColumnGroup = (typeof COLUMN_GROUPS)[number];

export interface TableColumn {
  key: ColumnTopic;
  /** Under which heading it is chosen; none for the two that always stay. */
  group: ColumnGroup | null;
  isNumber: boolean;
  /** What it is sorted by; null sorts last. */
  value: (gene: RankedGene) => number | string | null;
  as?: Writing;
  /** Best first: the first click sorts downwards. */
  isDescending?: boolean;
  /** At least; a table that is wider than its place scrolls. */
  minPixels?: number;
  /** Columns of the saved table that a copy of this one has. */
  copies: readonly string[];
}

type Value = TableColumn['value'];
interface More {
  isDescending?: boolean;
  minPixels?: number;
}

const number = (
  key: ColumnTopic,
  group: ColumnGroup | null,
  as: Writing,
  value: Value,
  copies: readonly string[],
  more: More = {},
): TableColumn => ({ key, group, isNumber: true, value, as, copies, ...more });
const words = (
  key: ColumnTopic,
  group: ColumnGroup | null,
  value: Value,
  copies: readonly string[],
  minPixels: number,
): TableColumn => ({ key, group, isNumber: false, value, copies, minPixels });
const best = { isDescending: true };
const wide = (minPixels: number): More => ({ minPixels });

/** What is known of a gene, the best known first. */
export const RECORDED = ['given', 'cocktail', 'regulon', 'unrecorded'];
/** Nothing, rather than the 0 or 1 that stands for a gene the model does not read or the screen does not test. */
const ifRead =
  (value: Value): Value =>
  (gene) =>
    isUnread(gene) ? null : value(gene);
const ifTested =
  (value: Value): Value =>
  (gene) =>
    isTested(gene) ? value(gene) : null;

/** Every column the table can show, in its order; the first two always stay. */
export const TABLE_COLUMNS: readonly TableColumn[] = [
  number('rank', null, 'whole', (gene) => gene.rank, ['rank']),
  words('symbol', null, (gene) => gene.symbol, ['symbol', 'gene_id'], 84),
  words('classes', 'records', (gene) => gene.evidence?.classes.join(' ') || null, ['classes', 'factor_family'], 96),
  number(
    'effect',
    'shift',
    'effect',
    ifRead((gene) => gene.effect),
    ['effect'],
    { isDescending: true, minPixels: 68 },
  ),
  number(
    'interval',
    'shift',
    'effect',
    ifRead((gene) => gene.effectLow),
    ['effect_low', 'effect_high'],
    { isDescending: true, minPixels: 104 },
  ),
  number('specificEffect', 'shift', 'effect', ifRead(ofStatistics('specificEffect')), ['specific_effect'], {
    isDescending: true,
    minPixels: 68,
  }),
  number(
    'awayFromStart',
    'shift',
    'effect',
    ifRead((gene) => gene.awayFromStart),
    ['away_from_start'],
    best,
  ),
  words(
    'competing',
    'shift',
    ifRead((gene) => gene.competing?.state ?? null),
    ['competing_state', 'competing_effect', 'leads'],
    96,
  ),
  number(
    'fdr',
    'chance',
    'chance',
    ifTested((gene) => gene.fdr),
    ['fdr'],
  ),
  number(
    'pValue',
    'chance',
    'chance',
    ifTested((gene) => gene.pValue),
    ['p_value'],
  ),
  number('countedPValue', 'chance', 'chance', ifTested(ofStatistics('countedPValue')), ['p_value_counted']),
  number(
    'nullPercentile',
    'chance',
    'whole',
    ifTested((gene) => gene.nullPercentile),
    ['null_percentile'],
    best,
  ),
  number('chosenFdr', 'chance', 'chance', ofStatistics('chosenFdr'), ['fdr_chosen']),
  number('donorPValue', 'chance', 'chance', ifRead(ofStatistics('donorPValue')), ['p_value_donors']),
  number('mixedEffect', 'chance', 'effect', ifRead(ofStatistics('mixedEffect')), ['mixed_effect'], {
    isDescending: true,
    minPixels: 68,
  }),
  number('mixedPValue', 'chance', 'chance', ifRead(ofStatistics('mixedPValue')), ['p_value_mixed']),
  number('rankRange', 'stability', 'whole', ofStatistics('rankHigh'), ['rank_low', 'rank_high'], wide(72)),
  number('topShare', 'stability', 'percent', ofStatistics('topShare'), ['top_share'], best),
  number(
    'donorsAgree',
    'stability',
    'count',
    ifRead(ofStatistics('donorsAgree')),
    ['donors_agree', 'n_replicates'],
    best,
  ),
  number('donorShare', 'stability', 'percent', ifRead(ofStatistics('donorShare')), ['donor_share']),
  number('librarySize', 'stability', 'decimal', ofStatistics('librarySizeCorrelation'), [
    'library_size_correlation',
    'library_size_fdr',
  ]),
  number(
    'cells',
    'cells',
    'count',
    (gene) => (gene.evidence ? gene.evidence.nTowards / Math.max(1, gene.nCells) : null),
    ['cells_towards', 'n_cells'],
    { isDescending: true, minPixels: 66 },
  ),
  number('cellsMoved', 'cells', 'count', ofStatistics('cellsMoved'), ['cells_moved', 'is_read', 'is_tested'], best),
  number('nCells', 'cells', 'count', (gene) => gene.nCells, ['n_cells'], best),
  number('nReplicates', 'cells', 'count', ofStatistics('nReplicates'), ['n_replicates'], best),
  number('exactCells', 'cells', 'count', (gene) => gene.exactCells, ['exact_cells', 'is_foretold'], best),
  number('detections', 'cells', 'count', (gene) => gene.detections, ['detections'], best),
  number('log2FoldChange', 'expression', 'decimal', (gene) => gene.log2FoldChange, ['log2_fold_change'], best),
  number('startFraction', 'expression', 'percent', (gene) => gene.startFraction, ['start_fraction'], best),
  number('goalFraction', 'expression', 'percent', (gene) => gene.goalFraction, ['goal_fraction'], best),
  number(
    'rankByModel',
    'orders',
    'whole',
    ifRead((gene) => gene.rankByModel),
    ['rank_by_model'],
  ),
  number('rankByFoldChange', 'orders', 'whole', (gene) => gene.rankByFoldChange, ['rank_by_fold_change']),
  number('rankByCombined', 'orders', 'whole', (gene) => gene.rankByCombined, ['rank_by_combined']),
  number('rankByExpression', 'orders', 'whole', (gene) => gene.rankByExpression, ['rank_by_expression']),
  number('regulon', 'records', 'chance', (gene) => gene.evidence?.regulon?.fdr ?? null, [
    'regulon_consistent',
    'regulon_signed',
    'regulon_expected',
    'regulon_fdr',
    'regulon_activity_in_goal',
  ]),
  number(
    'cocktails',
    'records',
    'whole',
    (gene) => gene.evidence?.cocktails.filter(({ ledTo }) => ledTo === 'goal').length ?? null,
    ['cocktails_to_goal'],
    best,
  ),
  words(
    'ortholog',
    'records',
    (gene) => gene.evidence?.ortholog?.symbol ?? null,
    ['ortholog_symbol', 'ortholog_kind'],
    80,
  ),
  words(
    'dosage',
    'records',
    // Listed genes first.
    (gene) => (gene.evidence?.dosage ? Number(!gene.evidence.dosage.isHaploinsufficient) : null),
    ['haploinsufficient', 'haploinsufficient_list'],
    112,
  ),
  words(
    'druggable',
    'records',
    (gene) => gene.evidence?.druggableFamilies?.join(' ') || null,
    ['druggable_family'],
    128,
  ),
  words(
    'novelty',
    'records',
    (gene) => (gene.evidence ? RECORDED.indexOf(gene.evidence.novelty) : null),
    ['recorded'],
    128,
  ),
];

function ofStatistics(name: keyof NonNullable<RankedGene['statistics']>): Value {
  return ({ statistics }) => {
    const told = statistics?.[name] ?? null;
    return typeof told === 'boolean' ? null : told;
  };
}

export const ALWAYS_SHOWN: readonly string[] = ['rank', 'symbol'];
/** What is shown until a reader chooses: fits beside the details of a gene in a window of 1280 pixels. */
export const FIRST_SHOWN: readonly string[] = [
  ...ALWAYS_SHOWN,
  'effect',
  'interval',
  'fdr',
  'rankRange',
  'log2FoldChange',
];
