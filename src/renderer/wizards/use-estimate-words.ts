import { useI18n } from 'vue-i18n';
import type { EstimateWords } from '#shared/estimate/words.ts';
import { formatBytes } from '../parts/format.ts';

/** How the window writes an estimate. */
export function useEstimateWords(): EstimateWords {
  const { t, n } = useI18n();
  return {
    text: (key, values = {}) => t(`estimate.${key}`, values),
    count: (value) => n(value, 'integer'),
    bytes: formatBytes,
  };
}
