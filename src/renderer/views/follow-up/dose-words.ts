import type { DoseSeries, DoseSeriesKind } from '#shared/domain/follow-up.ts';
import { formatEffect, formatProbability } from '../../parts/format.ts';

type Translate = (key: string, values?: Record<string, unknown>) => string;
type Percent = (share: number) => string;

/** A dose as its axis names it: a percentile, a place in the cell, or what is left of the gene. */
export function doseName(kind: DoseSeriesKind, at: number, t: Translate, percent: Percent): string {
  if (kind === 'raise') return percent(at);
  if (kind === 'rank') return at === 0 ? t('closer.doses.front') : at === 1 ? t('closer.doses.end') : percent(1 - at);
  return at === 0 ? t('closer.doses.removed') : percent(at);
}

/** Two or three words for a table. */
export function trendName({ word, direction }: DoseSeries, t: Translate): string {
  return word === 'no-trend' ? t('closer.doses.words.no-trend') : t(`closer.doses.words.${word}.${direction}`);
}

/** What a curve says, in whole sentences. */
export function trendSentences(series: DoseSeries, t: Translate, percent: Percent): string[] {
  const { word, fdr, explained, saturation, saturatedAt, masked, kind } = series;
  const sentences =
    fdr === null
      ? [t('closer.doses.untested')]
      : word === 'no-trend'
        ? [t('closer.doses.noTrend', { fdr: formatProbability(fdr) })]
        : [
            t('closer.doses.trend', {
              word: trendName(series, t),
              fdr: formatProbability(fdr),
              explained: percent(explained ?? 0),
            }),
          ];
  if (saturation !== 'not-told')
    sentences.push(t(`closer.doses.saturation.${saturation}`, { at: doseName(kind, saturatedAt ?? 0, t, percent) }));
  if (masked) sentences.push(t('closer.doses.shift', { masked: formatEffect(masked.mean) }));
  return sentences;
}
