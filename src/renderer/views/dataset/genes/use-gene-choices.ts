import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { ColumnRole } from '#shared/domain/annotation.ts';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GENE_CHOICE, type GeneReportRow } from '#shared/domain/gene-report.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { commandLine } from '#shared/forms/command-line.ts';
import { schemaFields } from '#shared/forms/schema-fields.ts';
import { inputTitle } from '#shared/util/input-title.ts';
import { useClient } from '../../../api/client.ts';
import { useNotices } from '../../../state/notices.ts';
import { usePanel } from '../../../state/panel.ts';
import { useAttempt } from '../../../state/use-attempt.ts';
import type { Dataset } from '../../../state/project.ts';

const MOST_LETTERS = schemaFields(ImportConfig).find(({ name }) => name === 'name')!.maxLength;

/** A file of both species may use one name for a gene of each. */
const keyed = (name: string, id: string | undefined) => `${id?.startsWith('ENSMUSG') ? 'mouse' : 'human'} ${name}`;
const keyOf = ({ input, candidates, gene }: GeneReportRow) => keyed(input, (candidates[0] ?? gene)?.id);

function keyOfChoice(choice: string): string {
  const [, name, id] = GENE_CHOICE.exec(choice)!;
  return keyed(name, id);
}

/** What was said of annotations since the import holds for the next one too; genes are still to be chosen. */
function withAnnotations(
  { geneChoices: _, columnPrivacy: __, ...config }: ImportConfig,
  dataset: Dataset,
): ImportConfig {
  const asked: ImportConfig = { ...config };
  for (const role of ColumnRole.options) {
    const column = dataset[`${role}Column`];
    // Samples of several files are named by the import itself.
    const isOwn = role === 'sample' && column === dataset.report.sampleColumn;
    if (column === null || isOwn) delete asked[`${role}Column`];
    else asked[`${role}Column`] = column;
  }
  const columnPrivacy = dataset.obsColumns
    .filter(({ privacyReason }) => privacyReason === 'by-hand')
    .map((column) => `${column.name}=${column.privacy}`);
  return columnPrivacy.length > 0 ? { ...asked, columnPrivacy } : asked;
}

/** What names mean by a person's choice, and the import that takes it: as the command line does, a dataset of its own. */
export function useGeneChoices(dataset: Dataset) {
  const { t } = useI18n();
  const notices = useNotices();
  const { busy, attempt } = useAttempt({ inDialog: true });
  const panel = usePanel();
  const router = useRouter();
  const config = shallowRef<ImportConfig | null>(null);
  const changes = ref(new Map<string, string | null>());
  const name = ref('');

  const before = computed(
    () => new Map((config.value?.geneChoices ?? []).map((choice) => [keyOfChoice(choice), choice])),
  );
  const choices = computed(() => {
    const all = new Map(before.value);
    for (const [key, choice] of changes.value) {
      if (choice === null) all.delete(key);
      else all.set(key, choice);
    }
    return [...all.values()];
  });
  const asked = computed((): ImportConfig | null => {
    if (!config.value) return null;
    const title = name.value.trim();
    return {
      ...withAnnotations(config.value, dataset),
      ...(title ? { name: title } : {}),
      ...(choices.value.length > 0 ? { geneChoices: choices.value } : {}),
    };
  });
  const command = computed(() => (asked.value ? commandLine(['dataset', 'import'], ImportConfig, asked.value) : ''));

  /** Datasets that were not imported from counts have no names to choose for. */
  async function load(): Promise<void> {
    const manifest = await notices.attempt(() => useClient().artifact.get({ id: dataset.id }));
    if (manifest?.step !== STEPS.import.command) return;
    config.value = ImportConfig.parse(manifest.config);
    const called = t('dataset.genes.again.called', { name: config.value.name ?? inputTitle(config.value.input) });
    name.value = called.slice(0, MOST_LETTERS);
  }

  /** Id of the gene that a name means; null: left out, as without any choice. */
  function choiceOf(row: GeneReportRow): string | null {
    const key = keyOf(row);
    const choice = changes.value.has(key) ? changes.value.get(key) : before.value.get(key);
    return choice ? GENE_CHOICE.exec(choice)![2] : null;
  }

  function choose(row: GeneReportRow, id: string | null): void {
    const key = keyOf(row);
    const choice = id === null ? null : `${row.input}=${id}`;
    const next = new Map(changes.value);
    if (choice === (before.value.get(key) ?? null)) next.delete(key);
    else next.set(key, choice);
    changes.value = next;
  }

  const importAgain = () =>
    attempt(
      () => useClient().dataset.import(asked.value!),
      async () => {
        await router.push({ name: 'project' });
        panel.jobsOpen = true;
      },
    );

  return {
    canChoose: computed(() => config.value !== null),
    nBefore: computed(() => before.value.size),
    nChanged: computed(() => changes.value.size),
    name,
    busy,
    command,
    load,
    choiceOf,
    choose,
    call: (text: string) => void (name.value = text),
    forget: () => void (changes.value = new Map()),
    importAgain,
  };
}

export type GeneChoices = ReturnType<typeof useGeneChoices>;
