import { QC_PROFILES, type QcRuleChanges, type QcRules } from '#shared/domain/preprocess.ts';
import { zScores } from './z-scores.ts';
import type { CellMetrics } from './metrics.ts';

/** The order in which rules are asked; a cell is counted under the first that masks it. */
export const QC_RULE_ORDER = [
  'empty',
  'minGenes',
  'minCoreGenes',
  'maxCountsZ',
  'maxMitoZ',
  'maxMitoFraction',
  'maxGenesZ',
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

/** The rules of a profile with single rules changed; a change of `undefined` keeps the profile's value. */
export function resolveQcRules(profile: keyof typeof QC_PROFILES, changes: QcRuleChanges = {}): QcRules {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...QC_PROFILES[profile].rules, ...given };
}

/**
 * Decides which cells are kept.
 *
 * All z-scores are taken over the cells that have any count, before any other rule (as published), with the population
 * standard deviation; a cell passes strictly inside −limit < z < limit. Counts and mitochondrial share are scored over
 * the whole dataset, detected genes within each sample. A sample's size counts the cells the other rules leave.
 *
 * Shape: `samples` holds one code per cell, −1 where unknown; cells without a sample form one sample together.
 * Note: the published script drops every cell when no mitochondrial gene is present, since all its z-scores are NaN;
 * here a rule without information is skipped with a warning.
 * Source: spec/genecompass.md §1.2.
 */
export function applyQcRules(metrics: CellMetrics, rules: QcRules, samples?: Int32Array): QcResult {
  const { nCells } = metrics;
  const warnings: string[] = [];
  const maskedByRule = new Uint8Array(nCells);
  const mask = (rule: QcRuleName, fails: (cell: number) => boolean) => {
    const code = 1 + QC_RULE_ORDER.indexOf(rule);
    for (let cell = 0; cell < nCells; cell++) if (maskedByRule[cell] === 0 && fails(cell)) maskedByRule[cell] = code;
  };
  const notEmpty = Uint8Array.from(metrics.totalCounts, (total) => (total > 0 ? 1 : 0));
  const maskByZ = (rule: 'maxCountsZ' | 'maxMitoZ' | 'maxGenesZ', values: ArrayLike<number>, groups?: Int32Array) => {
    const limit = rules[rule];
    if (limit === null) return;
    if (rule === 'maxMitoZ' && metrics.nMitoGenes === 0) {
      warnings.push('No mitochondrial gene is in this dataset; the rule on the mitochondrial z-score was skipped.');
      return;
    }
    const z = zScores(values, notEmpty, groups);
    mask(rule, (cell) => !(z[cell] > -limit && z[cell] < limit));
  };

  mask('empty', (cell) => notEmpty[cell] === 0);
  if (rules.minGenes !== null) mask('minGenes', (cell) => metrics.detectedGenes[cell] < rules.minGenes!);
  mask('minCoreGenes', (cell) => metrics.coreGenes[cell] < rules.minCoreGenes);
  maskByZ('maxCountsZ', metrics.totalCounts);
  maskByZ('maxMitoZ', metrics.mitoFraction);
  if (rules.maxMitoFraction !== null) {
    if (metrics.nMitoGenes === 0) {
      warnings.push(
        'No mitochondrial gene is in this dataset; the rule on the mitochondrial share had nothing to test.',
      );
    }
    mask('maxMitoFraction', (cell) => metrics.mitoFraction[cell] > rules.maxMitoFraction!);
  }
  maskByZ('maxGenesZ', metrics.detectedGenes, samples);
  if (rules.minCellsPerSample !== null) {
    const sizes = new Map<number, number>();
    const sampleOf = (cell: number) => samples?.[cell] ?? -1;
    for (let cell = 0; cell < nCells; cell++) {
      if (maskedByRule[cell] === 0) sizes.set(sampleOf(cell), (sizes.get(sampleOf(cell)) ?? 0) + 1);
    }
    mask('minCellsPerSample', (cell) => (sizes.get(sampleOf(cell)) ?? 0) < rules.minCellsPerSample!);
  }

  const maskedBy: Partial<Record<QcRuleName, number>> = {};
  let nKept = 0;
  for (const code of maskedByRule) {
    if (code === 0) nKept++;
    else maskedBy[QC_RULE_ORDER[code - 1]] = (maskedBy[QC_RULE_ORDER[code - 1]] ?? 0) + 1;
  }
  if (nKept === 0 && nCells > 0) warnings.push('The quality rules mask every cell; loosen the rules.');
  return { keep: maskedByRule.map((code) => (code === 0 ? 1 : 0)), maskedByRule, nKept, maskedBy, rules, warnings };
}
