import type { QcRules } from '#shared/domain/qc-rules.ts';
import { zScores } from './z-scores.ts';
import type { CellMetrics } from './metrics.ts';

export { resolveQcRules } from '#shared/domain/qc-profiles.ts';

/** The order in which rules are asked; a cell is counted under the first that masks it. */
export const QC_RULE_ORDER = [
  'empty',
  'minGenes',
  'minCounts',
  'maxCounts',
  'minCoreGenes',
  'maxCountsZ',
  'maxMitoZ',
  'maxMitoFraction',
  'maxRiboFraction',
  'minComplexity',
  'maxGenesZ',
  'maxDoubletScore',
  'minCellsPerSample',
] as const;
export type QcRuleName = (typeof QC_RULE_ORDER)[number];

export interface QcResult {
  /** 1 = kept. Nothing is deleted: masked cells stay in the dataset. */
  keep: Uint8Array;
  /** Per cell: 0 kept, otherwise 1 + index into `QC_RULE_ORDER` of the rule that masked it. */
  maskedByRule: Uint8Array;
  nKept: number;
  /** Cells masked, by rule; rules that masked none are left out. The numbers add up to nCells − nKept. */
  maskedBy: Partial<Record<QcRuleName, number>>;
  rules: QcRules;
  warnings: string[];
}

/** What one rule masks by itself; the size of samples is asked after all of them. */
interface RuleMask {
  rule: QcRuleName;
  /** 1 = masked. */
  mask: Uint8Array;
  nMasked: number;
}

type ZRule = 'maxCountsZ' | 'maxMitoZ' | 'maxGenesZ';

/**
 * Cells that rules are asked about. What does not depend on the rule that changed is kept from one question to the next:
 * the z-scores, and the mask of every rule whose limit is the same.
 *
 * All z-scores are taken over the cells that have any count, before any other rule (as published), with the population
 * standard deviation; a cell passes strictly inside −limit < z < limit. Counts and mitochondrial share are scored over
 * the whole dataset, detected genes within each sample.
 *
 * Shape: `samples` holds one code per cell, −1 where unknown; cells without a sample form one sample together.
 */
export class RuledCells {
  readonly metrics: CellMetrics;
  readonly samples: Int32Array | undefined;
  readonly #notEmpty: Uint8Array;
  readonly #z = new Map<ZRule, Float64Array>();
  readonly #masks = new Map<QcRuleName, RuleMask & { limit: number }>();

  constructor(metrics: CellMetrics, samples?: Int32Array) {
    this.metrics = metrics;
    this.samples = samples;
    this.#notEmpty = Uint8Array.from(metrics.totalCounts, (total) => (total > 0 ? 1 : 0));
  }

  sampleOf(cell: number): number {
    return this.samples?.[cell] ?? -1;
  }

  /** Masks of the rules that are on, in their order, without that on the size of samples; rules without information warn and mask none. */
  masks(rules: QcRules, warn: (warning: string) => void): RuleMask[] {
    const { metrics } = this;
    const masks: RuleMask[] = [];
    const limit = (rule: keyof QcRules & QcRuleName, make: (limit: number) => (cell: number) => boolean) => {
      const value = rules[rule];
      if (value !== null) masks.push(this.#mask(rule, value, make));
    };
    const zLimit = (rule: ZRule) =>
      limit(rule, (most) => {
        const z = this.#scores(rule);
        return (cell) => !(z[cell] > -most && z[cell] < most);
      });
    const { totalCounts, detectedGenes, mitoFraction, ribosomalFraction, complexity, doubletScore } = metrics;

    masks.push(this.#mask('empty', 0, () => (cell) => this.#notEmpty[cell] === 0));
    limit('minGenes', (least) => (cell) => detectedGenes[cell] < least);
    limit('minCounts', (least) => (cell) => totalCounts[cell] < least);
    limit('maxCounts', (most) => (cell) => totalCounts[cell] > most);
    limit('minCoreGenes', (least) => (cell) => metrics.coreGenes[cell] < least);
    zLimit('maxCountsZ');
    if (metrics.nMitoGenes > 0) zLimit('maxMitoZ');
    else if (rules.maxMitoZ !== null) {
      warn('No mitochondrial gene is in this dataset; the rule on the mitochondrial z-score was skipped.');
    }
    if (rules.maxMitoFraction !== null && metrics.nMitoGenes === 0) {
      warn('No mitochondrial gene is in this dataset; the rule on the mitochondrial share had nothing to test.');
    }
    limit('maxMitoFraction', (most) => (cell) => mitoFraction[cell] > most);
    if (rules.maxRiboFraction !== null && metrics.nRibosomalGenes === 0) {
      warn('No ribosomal gene is in this dataset; the rule on the ribosomal share had nothing to test.');
    }
    limit('maxRiboFraction', (most) => (cell) => ribosomalFraction[cell] > most);
    limit('minComplexity', (least) => (cell) => complexity[cell] < least);
    zLimit('maxGenesZ');
    if (doubletScore) limit('maxDoubletScore', (most) => (cell) => doubletScore[cell] > most);
    else if (rules.maxDoubletScore !== null) {
      warn('Doublets were not scored; the rule on the doublet score was skipped.');
    }
    return masks;
  }

  #mask(rule: QcRuleName, limit: number, make: (limit: number) => (cell: number) => boolean): RuleMask {
    const known = this.#masks.get(rule);
    if (known?.limit === limit) return known;
    const fails = make(limit);
    const mask = known?.mask ?? new Uint8Array(this.metrics.nCells);
    let nMasked = 0;
    for (let cell = 0; cell < mask.length; cell++) nMasked += mask[cell] = fails(cell) ? 1 : 0;
    const made = { rule, mask, nMasked, limit };
    this.#masks.set(rule, made);
    return made;
  }

  #scores(rule: ZRule): Float64Array {
    let z = this.#z.get(rule);
    if (!z) {
      const { totalCounts, mitoFraction, detectedGenes } = this.metrics;
      if (rule === 'maxGenesZ') z = zScores(detectedGenes, this.#notEmpty, this.samples);
      else z = zScores(rule === 'maxCountsZ' ? totalCounts : mitoFraction, this.#notEmpty);
      this.#z.set(rule, z);
    }
    return z;
  }
}

/**
 * Decides which cells are kept.
 *
 * A sample's size counts the cells the other rules leave. A cell whose doublet score is not known passes that rule.
 *
 * Note: the published script drops every cell when no mitochondrial gene is present, since all its z-scores are NaN;
 * here a rule without information is skipped with a warning.
 * Source: spec/genecompass.md §1.2.
 */
export function applyQcRules(metrics: CellMetrics, rules: QcRules, samples?: Int32Array): QcResult {
  return maskCells(new RuledCells(metrics, samples), rules);
}

/** As `applyQcRules`, for cells that are asked about more than once; `alone` is told each cell a rule would mask by itself. */
export function maskCells(cells: RuledCells, rules: QcRules, alone?: Partial<Record<QcRuleName, number>>): QcResult {
  const { nCells } = cells.metrics;
  const warnings: string[] = [];
  const maskedByRule = new Uint8Array(nCells);
  for (const { rule, mask, nMasked } of cells.masks(rules, (warning) => warnings.push(warning))) {
    const code = 1 + QC_RULE_ORDER.indexOf(rule);
    for (let cell = 0; cell < nCells; cell++) {
      if (mask[cell] === 1 && maskedByRule[cell] === 0) maskedByRule[cell] = code;
    }
    if (alone) alone[rule] = nMasked;
  }
  if (rules.minCellsPerSample !== null) {
    maskSmallSamples(cells, rules.minCellsPerSample, maskedByRule);
  }
  const numbers = new Array<number>(QC_RULE_ORDER.length + 1).fill(0);
  for (let cell = 0; cell < nCells; cell++) numbers[maskedByRule[cell]]++;
  const [nKept, ...masked] = numbers;
  const maskedBy: Partial<Record<QcRuleName, number>> = {};
  masked.forEach((n, i) => n > 0 && (maskedBy[QC_RULE_ORDER[i]] = n));
  if (nKept === 0 && nCells > 0) warnings.push('The quality rules mask every cell; loosen the rules.');
  return { keep: maskedByRule.map((code) => (code === 0 ? 1 : 0)), maskedByRule, nKept, maskedBy, rules, warnings };
}

function maskSmallSamples(cells: RuledCells, least: number, maskedByRule: Uint8Array): void {
  const code = 1 + QC_RULE_ORDER.indexOf('minCellsPerSample');
  // Codes begin at −1.
  const sizes: number[] = [];
  for (let cell = 0; cell < maskedByRule.length; cell++) {
    const at = 1 + cells.sampleOf(cell);
    if (maskedByRule[cell] === 0) sizes[at] = (sizes[at] ?? 0) + 1;
  }
  for (let cell = 0; cell < maskedByRule.length; cell++) {
    if (maskedByRule[cell] === 0 && (sizes[1 + cells.sampleOf(cell)] ?? 0) < least) maskedByRule[cell] = code;
  }
}
