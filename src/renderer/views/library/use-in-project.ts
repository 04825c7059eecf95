import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { useModelLibrary } from '../../state/model-library.ts';
import { useNotices } from '../../state/notices.ts';
import { useAttempt } from '../../state/use-attempt.ts';

/** Takes a library model into the open project and shows it there. */
export function useInProject() {
  const library = useModelLibrary();
  const notices = useNotices();
  const router = useRouter();
  const { t } = useI18n();
  const { busy, failure, attempt } = useAttempt();

  const take = (id: string) =>
    attempt(
      async () => {
        const made = await library.useInProject(id);
        notices.say(t('library.use.done', { title: made.title }));
        return made;
      },
      ({ modelId }) => router.push({ name: 'model', params: { id: modelId } }),
    );

  return { busy, failure, take };
}
