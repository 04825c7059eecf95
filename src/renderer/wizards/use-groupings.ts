import { shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Grouping } from '#shared/contract/classical.ts';
import { useClient } from '../api/client.ts';
import type { Choice } from '../forms/form-context.ts';
import { useNotices } from '../state/notices.ts';

/** Clusters and reference labels of a dataset as columns of cell states. */
export function useGroupings(dataset: () => string | undefined, column: () => string | undefined) {
  const client = useClient();
  const notices = useNotices();
  const { t, n } = useI18n();
  const offered = shallowRef<readonly Grouping[]>([]);
  const states = shallowRef<readonly Choice[] | null>(null);

  watch(
    dataset,
    async (id) => {
      offered.value = [];
      if (id === undefined) return;
      const all = (await notices.attempt(() => client.dataset.groupings({ dataset: id }))) ?? [];
      if (dataset() !== id) return;
      // Of several maps or labels the name stands for the newest, and their list begins with the oldest.
      offered.value = all.filter(
        (one, i) => one.kind !== 'annotation' && all.findLastIndex(({ column: name }) => name === one.column) === i,
      );
    },
    { immediate: true },
  );
  watch(
    [dataset, column, offered],
    async ([id, name]) => {
      states.value = null;
      if (id === undefined || !offered.value.some((one) => one.column === name)) return;
      const told = await notices.attempt(() => client.dataset.groupSizes({ dataset: id, column: name! }));
      if (!told || dataset() !== id || column() !== name) return;
      states.value = told.states.map((state) => ({
        value: state.name,
        title: state.name,
        note: t('wizards.cellsNote', { n: n(state.nCells, 'integer') }),
      }));
    },
    { immediate: true },
  );

  return {
    computedColumns: (): readonly Choice[] =>
      offered.value.map(({ column: value, kind, title, nGroups }) => ({
        value,
        title: kind === 'clusters' ? t('wizards.mapClusters') : t('classical.map.labels', { reference: title }),
        note: t('classical.groupNote', { n: nGroups }),
      })),
    computedStates: () => states.value,
  };
}
