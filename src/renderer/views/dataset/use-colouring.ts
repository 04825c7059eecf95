import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { CellMap } from '#shared/contract/classical.ts';
import { useClient } from '../../api/client.ts';
import { valueColouring, type Colouring } from '../../plots/cell-colours.ts';
import { useNotices } from '../../state/notices.ts';
import type { Dataset } from '../../state/project.ts';

/** What the cells of a map can be coloured by, and the colouring chosen now. */
export function useColouring(dataset: Dataset, map: Ref<CellMap | null>) {
  const { t } = useI18n();
  const notices = useNotices();
  const by = ref(dataset.labelColumn ? `column:${dataset.labelColumn}` : 'clusters');
  const gene = ref('');
  const busy = ref(false);
  const fetched = shallowRef<Colouring | null>(null);

  const options = computed(() => [
    { value: 'clusters', title: t('dataset.map.clusters') },
    ...dataset.obsColumns
      .filter(
        ({ kind, privacy }) => kind !== 'text' && (privacy === 'open' || (privacy === 'limited' && kind !== 'number')),
      )
      .map((column) => ({ value: `column:${column.name}`, title: column.name })),
    { value: 'gene:', title: t('dataset.map.gene') },
  ]);

  const clusters = computed<Colouring>(() => {
    const numbers = map.value?.clusters ?? [];
    const codes: number[] = [];
    map.value?.cellIndex.forEach((row, point) => (codes[row] = numbers[point]));
    const n = numbers.reduce((most, one) => Math.max(most, one + 1), 0);
    const categories = Array.from({ length: n }, (_, i) => t('dataset.map.cluster', { n: i + 1 }));
    return { kind: 'categories', name: t('dataset.map.clusters'), categories, codes };
  });
  const colouring = computed(() => (by.value === 'clusters' ? clusters.value : (fetched.value ?? clusters.value)));

  async function fetch(): Promise<Colouring | null> {
    if (by.value.startsWith('column:')) {
      const column = await useClient().dataset.column({ dataset: dataset.id, column: by.value.slice(7) });
      if (column.kind === 'number') return valueColouring(column.name, column.values);
      return { kind: 'categories', name: column.name, categories: column.categories, codes: column.codes };
    }
    if (by.value !== 'gene:' || gene.value.trim() === '') return null;
    const { gene: found, values } = await useClient().dataset.expression({
      dataset: dataset.id,
      gene: gene.value.trim(),
    });
    return valueColouring(t('dataset.map.expression', { gene: found.symbol }), values);
  }

  watch(
    [by, gene],
    async () => {
      busy.value = true;
      const wanted = `${by.value} ${gene.value}`;
      const answer = await notices.attempt(fetch);
      if (wanted === `${by.value} ${gene.value}`) fetched.value = answer ?? null;
      busy.value = false;
    },
    { immediate: true },
  );

  return { by, gene, options, colouring, busy };
}

/** Cells of each category among the rows. */
export function categoryCounts(colouring: Colouring, rows: ArrayLike<number>): number[] {
  if (colouring.kind !== 'categories') return [];
  const counts = new Array<number>(colouring.categories.length).fill(0);
  for (let i = 0; i < rows.length; i++) {
    const code = colouring.codes[rows[i]];
    if (code >= 0 && code < counts.length) counts[code]++;
  }
  return counts;
}
