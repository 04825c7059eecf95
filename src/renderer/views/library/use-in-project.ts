import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { toFailure, type Failure } from '../../api/errors.ts';
import { useModelLibrary } from '../../state/model-library.ts';
import { useNotices } from '../../state/notices.ts';

/** Takes a library model into the open project and shows it there. */
export function useInProject() {
  const library = useModelLibrary();
  const notices = useNotices();
  const router = useRouter();
  const { t } = useI18n();
  const busy = ref(false);
  const failure = ref<Failure | null>(null);

  async function take(id: string): Promise<void> {
    busy.value = true;
    failure.value = null;
    try {
      const made = await library.useInProject(id);
      notices.say(t('library.use.done', { title: made.title }));
      await router.push({ name: 'model', params: { id: made.modelId } });
    } catch (thrown) {
      failure.value = toFailure(thrown);
    } finally {
      busy.value = false;
    }
  }

  return { busy, failure, take };
}
