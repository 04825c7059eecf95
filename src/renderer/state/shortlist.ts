import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { PlateConfig, type PlateGene } from '#shared/domain/plate.ts';
import { useClient } from '../api/client.ts';
import { useNotices } from './notices.ts';

/** Genes ticked in the ranking on view, and their plates; every change is kept in the project at once. */
export const useShortlist = defineStore('shortlist', () => {
  const ranking = ref<string | null>(null);
  const genes = shallowRef<readonly PlateGene[]>([]);
  const plates = shallowRef<PlateConfig>(PlateConfig.parse({}));
  const ids = computed(() => new Set(genes.value.map(({ geneId }) => geneId)));
  /** Changes are written one after the other, so that the last one stays. */
  let last: Promise<unknown> = Promise.resolve();

  async function load(id: string): Promise<void> {
    ranking.value = id;
    genes.value = [];
    const kept = await useNotices().attempt(() => useClient().ranking.shortlist({ ranking: id }));
    if (!kept || ranking.value !== id) return;
    genes.value = kept.genes;
    plates.value = kept.plates;
  }

  function keep(change: { genes?: string[]; plates?: Partial<PlateConfig> }): void {
    const id = ranking.value;
    if (!id) return;
    last = last.then(() => useNotices().attempt(() => useClient().ranking.setShortlist({ ranking: id, ...change })));
  }

  function toggle({ geneId, symbol }: PlateGene): void {
    genes.value = ids.value.has(geneId)
      ? genes.value.filter((gene) => gene.geneId !== geneId)
      : [...genes.value, { geneId, symbol }];
    keep({ genes: genes.value.map((gene) => gene.geneId) });
  }

  function choose(chosen: readonly PlateGene[]): void {
    genes.value = chosen.map(({ geneId, symbol }) => ({ geneId, symbol }));
    keep({ genes: genes.value.map((gene) => gene.geneId) });
  }

  /** Only a change that leaves room for genes is kept; others are shown until they do. */
  function lay(change: Partial<PlateConfig>, isValid: (config: PlateConfig) => boolean): void {
    plates.value = { ...plates.value, ...change };
    if (PlateConfig.safeParse(plates.value).success && isValid(plates.value)) keep({ plates: plates.value });
  }

  /** When everything asked so far is written. */
  const settled = (): Promise<unknown> => last;

  return { ranking, genes, plates, ids, load, toggle, choose, lay, settled };
});
