import { ref, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useClient } from '../../../api/client.ts';
import type { Dataset } from '../../../state/project.ts';

/** What to call the groups of a column: by their names, or by numbers where the names are personal or free text. */
export function useGroupNames(dataset: Dataset, column: Ref<string | null>, word: 'donor' | 'sample') {
  const { t } = useI18n();
  const names = ref<readonly string[]>([]);
  watch(
    column,
    async (name) => {
      names.value = [];
      const info = dataset.obsColumns.find((one) => one.name === name);
      if (!name || info?.kind !== 'categorical' || info.privacy === 'restricted') return;
      try {
        const found = await useClient().dataset.column({ dataset: dataset.id, column: name });
        if (found.kind === 'categorical' && column.value === name) names.value = found.categories;
      } catch {
        // A column that cannot be told is numbered.
      }
    },
    { immediate: true },
  );
  return (code: number): string =>
    code < 0
      ? t('quality.groups.without')
      : (names.value[code] ??
        (word === 'donor' ? t('quality.groups.donor', { n: code + 1 }) : t('quality.groups.sample', { n: code + 1 })));
}
