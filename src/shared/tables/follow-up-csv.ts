import type { FollowUpTable } from '../contract/follow-up.ts';
import type { Estimate, FollowUpResult } from '../domain/follow-up.ts';
import { assertNever } from '../util/assert-never.ts';
import { csvTable, type CsvValue } from '../util/csv.ts';

/** One table of a follow-up as CSV; columns are added at the end only. */
export function followUpCsv(result: FollowUpResult, table: FollowUpTable): string {
  switch (table) {
    case 'doses':
      return csvTable([DOSE_COLUMNS, ...doseRows(result)]);
    case 'combinations':
      return csvTable([COMBINATION_COLUMNS, ...combinationRows(result)]);
    case 'responses':
      return csvTable([RESPONSE_COLUMNS, ...responseRows(result)]);
    default:
      return assertNever(table);
  }
}

const or = (value: number | string | null): CsvValue => value ?? '';
const interval = (estimate: Estimate | null): CsvValue[] =>
  estimate ? [estimate.mean, or(estimate.low), or(estimate.high)] : ['', '', ''];

const DOSE_COLUMNS = [
  'goal',
  'gene',
  'series',
  'at',
  'value',
  'effect',
  'effect_low',
  'effect_high',
  'fitted',
  'n_cells',
  'direction',
  'explained',
  'p_value',
  'fdr',
  'word',
  'saturation',
  'saturated_at',
];

function doseRows({ series }: FollowUpResult): CsvValue[][] {
  return series.flatMap((one) =>
    one.points.map(({ at, value, effect, fitted }) => [
      one.goal,
      one.gene,
      one.kind,
      at,
      or(value),
      ...interval(effect),
      fitted,
      one.nCells,
      one.direction,
      or(one.explained),
      or(one.pValue),
      or(one.fdr),
      one.word,
      one.saturation,
      or(one.saturatedAt),
    ]),
  );
}

const COMBINATION_COLUMNS = [
  'goal',
  'kind',
  'gene_1',
  'gene_2',
  'gene_3',
  'n_cells',
  'effect_1',
  'effect_2',
  'effect_3',
  'found',
  'found_low',
  'found_high',
  'expected',
  'expected_low',
  'expected_high',
  'interaction',
  'interaction_low',
  'interaction_high',
  'p_value',
  'fdr',
  'word',
  'beyond_pairs',
  'beyond_pairs_low',
  'beyond_pairs_high',
];

function combinationRows({ combinations }: FollowUpResult): CsvValue[][] {
  return combinations.map((one) => [
    one.goal,
    one.kind,
    ...[0, 1, 2].map((i) => one.genes[i] ?? ''),
    one.nCells,
    ...[0, 1, 2].map((i) => one.singles[i] ?? ''),
    ...interval(one.found),
    ...interval(one.expected),
    ...interval(one.interaction),
    or(one.pValue),
    or(one.fdr),
    one.word,
    ...interval(one.beyondPairs),
  ]);
}

const RESPONSE_COLUMNS = [
  'gene',
  'kind',
  'rank',
  'gene_id',
  'symbol',
  'n_cells',
  'response',
  'universal',
  'specific',
  'null_percentile',
  'is_known_target',
  'score',
];

function responseRows({ responses }: FollowUpResult): CsvValue[][] {
  return responses.flatMap(({ gene, kind, genes }) =>
    genes.map((one, i) => [
      gene,
      kind,
      i + 1,
      one.geneId,
      one.symbol,
      one.nCells,
      one.response,
      one.universal,
      one.specific,
      or(one.nullPercentile),
      one.isKnownTarget,
      one.score,
    ]),
  );
}
