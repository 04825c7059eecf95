import { useI18n } from 'vue-i18n';
import { saveExport, type ExportFile } from '../host/save-export.ts';
import { useHost } from './host.ts';
import { useNotices } from './notices.ts';
import { useAttempt } from './use-attempt.ts';

/** Saves a file that the host makes where the user says, and tells the place. */
export function useExport() {
  const host = useHost();
  const notices = useNotices();
  const { t } = useI18n();
  const { busy, attempt } = useAttempt({ inDialog: true });

  const saveFile = (make: () => ExportFile | Promise<ExportFile>) =>
    attempt(async () => {
      const path = await saveExport(await make(), host.capabilities?.nativeDialogs ?? false);
      if (path) notices.say(t('app.saved', { path }));
    });

  return { busy, saveFile };
}
