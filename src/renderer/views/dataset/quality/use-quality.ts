import { computed, onMounted, onUnmounted, ref, shallowRef, watch } from 'vue';
import type { QualityInfo } from '#shared/contract/quality.ts';
import { QC_PROFILES, resolveQcRules, type QcProfileName } from '#shared/domain/qc-profiles.ts';
import type { QcRuleChanges } from '#shared/domain/qc-rules.ts';
import type { QualityCounts } from '#shared/domain/quality.ts';
import { useClient } from '../../../api/client.ts';
import { useJobs } from '../../../state/jobs.ts';
import { useNotices } from '../../../state/notices.ts';
import type { Dataset } from '../../../state/project.ts';
import type { RuleName } from './thresholds.ts';

/** The newest quality check of a dataset, the rules being tried, and what they would keep. */
export function useQuality(dataset: Dataset) {
  const jobs = useJobs();
  const notices = useNotices();
  const check = shallowRef<QualityInfo | null>(null);
  const loaded = ref(false);
  const profile = ref<QcProfileName>('published');
  const changes = ref<QcRuleChanges>({});
  const counts = shallowRef<QualityCounts | null>(null);
  const rules = computed(() => resolveQcRules(profile.value, changes.value));
  const checking = computed(() =>
    jobs.active.find((job) => job.kind === 'quality' && job.input.dataset === dataset.id),
  );

  async function load(): Promise<void> {
    const found = await notices.attempt(() => useClient().dataset.quality({ dataset: dataset.id }));
    check.value = found ?? null;
    loaded.value = true;
    if (check.value) await ask();
  }

  // A threshold that is dragged changes faster than answers come: one question at a time, the last one counts.
  let isAsking = false;
  let isOutdated = false;
  async function ask(): Promise<void> {
    isOutdated = isAsking;
    if (isAsking || !check.value) return;
    isAsking = true;
    do {
      isOutdated = false;
      const asked = { quality: check.value.id, profile: profile.value, rules: { ...changes.value } };
      const answer = await notices.attempt(() => useClient().dataset.qualityCounts(asked));
      if (answer) counts.value = answer;
    } while (isOutdated);
    isAsking = false;
  }
  watch(rules, () => void ask());

  function choose(name: QcProfileName): void {
    profile.value = name;
    changes.value = {};
  }

  /** A rule set to what the profile has is no change. */
  function set(rule: RuleName, value: number | null): void {
    const next: Record<string, number | null | undefined> = { ...changes.value };
    if (value === QC_PROFILES[profile.value].rules[rule]) delete next[rule];
    else next[rule] = value;
    changes.value = next as QcRuleChanges;
  }

  onMounted(load);
  onUnmounted(jobs.onEnd((job) => void (job.kind === 'quality' && load())));
  return { check, loaded, checking, profile, changes, rules, counts, choose, set };
}
