import { computed, onMounted, onUnmounted, shallowRef, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { CellMap } from '#shared/contract/classical.ts';
import type { LabelsReport } from '#shared/domain/classical.ts';
import { useClient } from '../../api/client.ts';
import { valueColouring, type Colouring } from '../../plots/cell-colours.ts';
import { useJobs } from '../../state/jobs.ts';
import { useNotices } from '../../state/notices.ts';
import type { Dataset } from '../../state/project.ts';
import { useLatest } from '../../state/use-latest.ts';

/** What a map is coloured by: `clusters`, `gene:`, or `column:`, `labels:`, `uncertain:`, `lead:` and a name or id. */
export interface Look {
  by: string;
  gene: string;
}

export const firstLook = (dataset: Dataset): Look => ({
  by: dataset.labelColumn ? `column:${dataset.labelColumn}` : 'clusters',
  gene: '',
});

/** What the cells of a map can be coloured by, and the colouring chosen now. */
export function useColouring(dataset: Dataset, map: Ref<CellMap | null>, look: Ref<Look>) {
  const { t } = useI18n();
  const notices = useNotices();
  const jobs = useJobs();
  const { asking: busy, ask } = useLatest();
  const fetched = shallowRef<Colouring | null>(null);
  const references = shallowRef<LabelsReport[]>([]);

  const options = computed(() => [
    { value: 'clusters', title: t('dataset.map.clusters') },
    ...dataset.obsColumns
      .filter(
        ({ kind, privacy }) => kind !== 'text' && (privacy === 'open' || (privacy === 'limited' && kind !== 'number')),
      )
      .map((column) => ({ value: `column:${column.name}`, title: column.name })),
    ...references.value.flatMap(({ id, referenceTitle: reference }) => [
      { value: `labels:${id}`, title: t('classical.map.labels', { reference }) },
      { value: `uncertain:${id}`, title: t('classical.map.uncertain', { reference }) },
      { value: `lead:${id}`, title: t('classical.map.lead', { reference }) },
    ]),
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
  const colouring = computed(() => (look.value.by === 'clusters' ? clusters.value : (fetched.value ?? clusters.value)));

  async function loadReferences(): Promise<void> {
    const found = await notices.attempt(() => useClient().dataset.labelReports({ dataset: dataset.id }));
    references.value = [...(found ?? [])].reverse();
  }
  onMounted(loadReferences);
  onUnmounted(jobs.onEnd((job) => void (job.kind === 'annotate' && loadReferences())));

  async function fetchLabels(kind: string, id: string): Promise<Colouring> {
    const { report, codes, deltas, isUncertain } = await useClient().dataset.cellLabels({ labels: id });
    const reference = { reference: report.referenceTitle };
    if (kind === 'lead') return valueColouring(t('classical.map.lead', reference), deltas);
    if (kind === 'uncertain') {
      const categories = [t('classical.map.sure'), t('classical.map.unsure')];
      const uncertain = codes.map((code, cell) => (code < 0 ? -1 : Number(isUncertain[cell])));
      return { kind: 'categories', name: t('classical.map.uncertain', reference), categories, codes: uncertain };
    }
    const categories = report.labels.map(({ name }) => name);
    return { kind: 'categories', name: t('classical.map.labels', reference), categories, codes };
  }

  async function fetch({ by, gene }: Look): Promise<Colouring | null> {
    const [kind, ...rest] = by.split(':');
    const name = rest.join(':');
    if (kind === 'column') {
      const column = await useClient().dataset.column({ dataset: dataset.id, column: name });
      if (column.kind === 'number') return valueColouring(column.name, column.values);
      return { kind: 'categories', name: column.name, categories: column.categories, codes: column.codes };
    }
    if (kind === 'labels' || kind === 'uncertain' || kind === 'lead') return fetchLabels(kind, name);
    if (kind !== 'gene' || gene.trim() === '') return null;
    const { gene: found, values } = await useClient().dataset.expression({ dataset: dataset.id, gene: gene.trim() });
    return valueColouring(t('dataset.map.expression', { gene: found.symbol }), values);
  }

  watch(
    () => `${look.value.by} ${look.value.gene}`,
    () =>
      ask(
        () => fetch({ ...look.value }),
        (answer) => (fetched.value = answer),
      ),
    { immediate: true },
  );

  return { options, colouring, busy };
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
