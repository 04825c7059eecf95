import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ModelImported } from '#shared/contract/library.ts';
import type { JobProgress } from '#shared/domain/job.ts';
import type { CheckpointReport } from '#shared/domain/library.ts';
import { useClient } from '../api/client.ts';
import { toFailure } from '../api/errors.ts';
import { followWork } from './follow-work.ts';
import { useModelLibrary } from './model-library.ts';
import { useLatest } from './use-latest.ts';

/** The import of a model: it belongs to the window, so that one can look at other pages while it runs. */
export const useModelImport = defineStore('model-import', () => {
  const input = ref('');
  const title = ref('');
  const report = shallowRef<CheckpointReport | null>(null);
  const result = shallowRef<ModelImported | null>(null);
  const progress = shallowRef<JobProgress | null>(null);
  const { asking: looking, failure, ask, drop } = useLatest({ inPlace: true });
  const control = shallowRef<AbortController | null>(null);
  const running = computed(() => control.value !== null);

  /** Looks into a folder; an answer about a folder that has changed meanwhile is dropped. */
  async function inspect(folder: string): Promise<void> {
    input.value = folder;
    report.value = null;
    if (!folder) return drop();
    await ask(
      () => useClient().model.inspect({ input: folder }),
      (found) => (report.value = found),
    );
  }

  async function start(): Promise<void> {
    const own = new AbortController();
    control.value = own;
    progress.value = null;
    failure.value = null;
    try {
      const name = title.value.trim();
      const stream = await useClient().model.import(
        { input: input.value, ...(name ? { title: name } : {}) },
        { signal: own.signal },
      );
      const made = await followWork(stream, (latest) => (progress.value = latest));
      if (!own.signal.aborted) result.value = made;
      await useModelLibrary().load();
    } catch (thrown) {
      // Who stopped it knows; nothing was kept.
      if (!own.signal.aborted) failure.value = toFailure(thrown);
    } finally {
      control.value = null;
    }
  }

  const stop = () => control.value?.abort();

  /** A fresh form; an import on its way is left alone. */
  function reset(): void {
    if (running.value) return;
    [input.value, title.value, report.value, result.value, progress.value] = ['', '', null, null, null];
    drop();
  }

  return { input, title, report, result, progress, failure, looking, running, inspect, start, stop, reset };
});
