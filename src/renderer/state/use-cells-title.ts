import { useI18n } from 'vue-i18n';
import { importedReader } from './models.ts';
import { useProject, type Tokens } from './project.ts';

/** Prepared cells as they are called in the window: those of one dataset differ by the model they are for. */
export function useCellsTitle(): (tokens: Tokens) => string {
  const project = useProject();
  const { t } = useI18n();
  return (tokens) => {
    const model = importedReader(tokens, project.models);
    return model ? t('tokens.titleFor', { title: tokens.title, model: model.title }) : tokens.title;
  };
}
