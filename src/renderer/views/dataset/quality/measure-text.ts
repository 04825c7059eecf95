import { useI18n } from 'vue-i18n';
import type { QualityMeasure } from '#shared/domain/quality.ts';

const WHOLE: ReadonlySet<QualityMeasure> = new Set(['totalCounts', 'detectedGenes']);
const SHARES: ReadonlySet<QualityMeasure> = new Set([
  'mitoFraction',
  'ribosomalFraction',
  'topFraction',
  'haemoglobinFraction',
]);

/** Values and limits of measures as a person reads them. */
export function useMeasureText() {
  const { t, n } = useI18n();
  const valueText = (measure: QualityMeasure, value: number): string =>
    WHOLE.has(measure) ? n(value, 'integer') : SHARES.has(measure) ? n(value, 'percent') : n(value, 'short');
  const limitText = (measure: QualityMeasure, value: number | null): string =>
    value === null ? t('quality.off') : valueText(measure, value);
  return { valueText, limitText };
}
