import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { z } from 'zod';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import type { FollowUpInfo } from '#shared/contract/follow-up.ts';
import type { ProjectInfo } from '#shared/contract/project.ts';
import type { ModelInfo, RankingInfo, ScreenInfo, TokensInfo } from '#shared/contract/work.ts';
import { useClient } from '../api/client.ts';

export type Project = z.infer<typeof ProjectInfo>;
export type Tokens = z.infer<typeof TokensInfo>;
export type Model = z.infer<typeof ModelInfo>;
export type Screen = z.infer<typeof ScreenInfo>;
export type Ranking = z.infer<typeof RankingInfo>;
export type FollowUp = z.infer<typeof FollowUpInfo>;
export type Dataset = z.infer<typeof DatasetInfo>;

/** The open project and everything it holds, oldest first. */
export const useProject = defineStore('project', () => {
  const info = ref<Project | null>(null);
  const datasets = shallowRef<Dataset[]>([]);
  const tokens = shallowRef<Tokens[]>([]);
  const models = shallowRef<Model[]>([]);
  const screens = shallowRef<Screen[]>([]);
  const rankings = shallowRef<Ranking[]>([]);
  const followUps = shallowRef<FollowUp[]>([]);
  const isLoaded = ref(false);

  async function refresh(): Promise<void> {
    const client = useClient();
    const lists = await Promise.all([
      client.dataset.list(),
      client.preprocess.list(),
      client.model.list(),
      client.screen.list(),
      client.ranking.list(),
      client.followUp.list(),
    ]);
    const byAge = <T extends { createdAt: string }>(list: T[]) =>
      [...list].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    datasets.value = byAge(lists[0]);
    tokens.value = byAge(lists[1]);
    models.value = byAge(lists[2]);
    screens.value = byAge(lists[3]);
    rankings.value = byAge(lists[4]);
    followUps.value = byAge(lists[5]);
    isLoaded.value = true;
  }

  /** Takes up a project the host already has open, for example after a reload of the window. */
  async function ensureLoaded(): Promise<void> {
    if (!info.value) info.value = await useClient().project.info();
    if (info.value && !isLoaded.value) await refresh();
  }

  async function opened(project: Project): Promise<void> {
    forget();
    info.value = project;
    await refresh();
  }

  async function close(): Promise<void> {
    await useClient().project.close();
    forget();
  }

  function forget(): void {
    info.value = null;
    isLoaded.value = false;
    for (const list of [datasets, tokens, models, screens, rankings, followUps]) list.value = [];
  }

  const pretrained = computed(() => models.value.filter((one) => one.stage === 'pretrained'));
  const finetuned = computed(() => models.value.filter((one) => one.stage === 'fine-tuned'));

  return {
    info,
    datasets,
    tokens,
    models,
    screens,
    rankings,
    followUps,
    pretrained,
    finetuned,
    isLoaded,
    refresh,
    ensureLoaded,
    opened,
    close,
  };
});
