import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LibraryEntry } from '#shared/domain/library.ts';
import { useClient } from '../api/client.ts';
import { toFailure, type Failure } from '../api/errors.ts';
import { useProject, type Model } from './project.ts';

/** Imported models of this computer, newest first; they belong to no project. */
export const useModelLibrary = defineStore('model-library', () => {
  const project = useProject();
  const entries = shallowRef<readonly LibraryEntry[]>([]);
  const isLoaded = ref(false);
  const failure = ref<Failure | null>(null);

  async function load(): Promise<void> {
    try {
      const listed = await useClient().model.library();
      entries.value = [...listed].sort((a, b) => (b.importedAt ?? '').localeCompare(a.importedAt ?? ''));
      failure.value = null;
    } catch (thrown) {
      failure.value = toFailure(thrown);
    } finally {
      isLoaded.value = true;
    }
  }

  const used = computed(
    () =>
      new Map(project.models.flatMap((one): [string, Model][] => (one.imported ? [[one.imported.model, one]] : []))),
  );

  /** What a library model is called inside of the open project; undefined where the project does not use it. */
  const inProject = (id: string): Model | undefined => used.value.get(id);

  async function useInProject(id: string) {
    const made = await useClient().model.use({ model: id });
    await project.refresh();
    return made;
  }

  async function remove(id: string): Promise<void> {
    await useClient().model.remove({ model: id, confirm: true });
    await load();
  }

  return { entries, isLoaded, failure, load, inProject, useInProject, remove };
});
