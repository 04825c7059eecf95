import type { RankedGene } from '#shared/domain/screen.ts';

type Value = string | number | boolean;

/** Column name → value. The first five are the contract of `ranking export`; more may be added at the end only. */
const COLUMNS: [name: string, value: (gene: RankedGene) => Value][] = [
  ['rank', (gene) => gene.rank],
  ['gene_id', (gene) => gene.geneId],
  ['symbol', (gene) => gene.symbol],
  ['effect', (gene) => gene.effect],
  ['fdr', (gene) => gene.fdr],
  ['effect_low', (gene) => gene.effectLow],
  ['effect_high', (gene) => gene.effectHigh],
  ['p_value', (gene) => gene.pValue],
  ['null_percentile', (gene) => gene.nullPercentile],
  ['detections', (gene) => gene.detections],
  ['n_cells', (gene) => gene.nCells],
  ['is_transcription_factor', (gene) => gene.isTranscriptionFactor],
  ['log2_fold_change', (gene) => gene.log2FoldChange],
  ['start_fraction', (gene) => gene.startFraction],
  ['goal_fraction', (gene) => gene.goalFraction],
  ['rank_by_model', (gene) => gene.rankByModel],
  ['rank_by_fold_change', (gene) => gene.rankByFoldChange],
  ['rank_by_combined', (gene) => gene.rankByCombined],
  ['rank_by_expression', (gene) => gene.rankByExpression],
  ['is_known', (gene) => gene.isKnown],
];

/** Digits that matter in a table; the stored result keeps them all. */
const DIGITS = 6;

/**
 * The ranked table as CSV: RFC 4180, UTF-8, `.` as decimal mark whatever the locale.
 *
 * Note: a text that a spreadsheet would run as a formula is preceded by an apostrophe, as OWASP advises.
 */
export function rankingCsv(genes: readonly RankedGene[]): string {
  const others = [...new Set(genes.flatMap((gene) => Object.keys(gene.baselineRanks)))].sort();
  const header = [...COLUMNS.map(([name]) => name), ...others.map((name) => `rank_by_${name.replaceAll('-', '_')}`)];
  const lines = genes.map((gene) => [
    ...COLUMNS.map(([, value]) => value(gene)),
    ...others.map((name) => gene.baselineRanks[name] ?? ''),
  ]);
  return [header, ...lines].map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: Value): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
