import { computed, onMounted, onUnmounted, ref, shallowRef } from 'vue';
import type { CellMap } from '#shared/contract/classical.ts';
import { useClient, type Client } from '../../api/client.ts';
import { useJobs } from '../../state/jobs.ts';
import { useNotices } from '../../state/notices.ts';
import type { Dataset } from '../../state/project.ts';
import { useLatest } from '../../state/use-latest.ts';

export type MapInfo = Awaited<ReturnType<Client['dataset']['maps']>>[number];

/** Maps of a dataset and the one that is shown; a map that is drawn meanwhile takes its place. */
export function useMap(dataset: Dataset) {
  const jobs = useJobs();
  const notices = useNotices();
  const { ask } = useLatest();
  const map = shallowRef<CellMap | null>(null);
  const maps = shallowRef<MapInfo[]>([]);
  const loaded = ref(false);
  const drawing = computed(() => jobs.active.some((job) => job.kind === 'layout' && job.input.dataset === dataset.id));

  const show = (id?: string) =>
    ask(
      () => useClient().dataset.cellMap({ dataset: dataset.id, ...(id ? { map: id } : {}) }),
      (answer) => (map.value = answer),
    );

  async function load(id?: string): Promise<void> {
    maps.value = (await notices.attempt(() => useClient().dataset.maps({ dataset: dataset.id }))) ?? [];
    await show(id);
    loaded.value = true;
  }
  onMounted(() => load());
  onUnmounted(
    jobs.onEnd((job) => {
      // A map that was drawn before with the same options is found again, and need not be the newest.
      if (job.kind === 'layout' && job.input.dataset === dataset.id) void load(job.outputs.at(-1));
    }),
  );

  return { map, maps, loaded, drawing, show };
}
