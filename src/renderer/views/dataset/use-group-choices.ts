import { onMounted, onUnmounted, computed, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Grouping } from '#shared/contract/classical.ts';
import { useClient } from '../../api/client.ts';
import type { Choice } from '../../forms/form-context.ts';
import { useJobs } from '../../state/jobs.ts';
import { useNotices } from '../../state/notices.ts';
import type { Dataset } from '../../state/project.ts';

/** Groups of a dataset that can be chosen by name: cell states first, then clusters and labels, then other annotations. */
export function useGroupChoices(dataset: Dataset) {
  const jobs = useJobs();
  const notices = useNotices();
  const { t } = useI18n();
  const groupings = shallowRef<Grouping[]>([]);

  async function load(): Promise<void> {
    groupings.value = (await notices.attempt(() => useClient().dataset.groupings({ dataset: dataset.id }))) ?? [];
  }
  onMounted(load);
  onUnmounted(jobs.onEnd((job) => void ((job.kind === 'layout' || job.kind === 'annotate') && load())));

  return computed((): Choice[] => {
    const order = (one: Grouping) => (one.column === dataset.labelColumn ? 0 : one.kind === 'annotation' ? 2 : 1);
    // Of several maps or labels the name stands for the newest.
    const newest = groupings.value.filter(
      (one, i, all) => one.kind === 'annotation' || all.findLastIndex(({ column }) => column === one.column) === i,
    );
    return newest
      .filter(({ column }) => column !== dataset.donorColumn)
      .sort((a, b) => order(a) - order(b))
      .map(({ column, kind, title, nGroups }) => ({
        value: column,
        title:
          kind === 'clusters'
            ? t('dataset.map.clusters')
            : kind === 'labels'
              ? t('classical.map.labels', { reference: title })
              : title,
        note: t('classical.groupNote', { n: nGroups }),
      }));
  });
}
