import { useI18n } from 'vue-i18n';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import { PrivacyLevel } from '#shared/domain/annotation.ts';
import type { FieldDescription } from '#shared/forms/schema-fields.ts';
import type { Choice, FormContext } from '../forms/form-context.ts';
import { useProject, type Tokens } from '../state/project.ts';
import { notesOfTwins, type Titled } from '../state/twins.ts';
import { useCellsTitle } from '../state/use-cells-title.ts';

type Column = DatasetInfo['obsColumns'][number];

/** What a wizard is about, read when a field is drawn. */
export interface Subject {
  columns(): readonly Column[];
  labelColumn(): string | undefined;
  dataset(): string | null;
  /** Clusters and reference labels, which are no columns of the file. */
  computedColumns?(): readonly Choice[];
  /** States of a computed column; null where the column is one of the file. */
  computedStates?(): readonly Choice[] | null;
  /** Fields whose offer this wizard narrows. */
  only?(field: FieldDescription): Choice[] | null;
}

/** Values a project offers for every `source` a schema can name. */
export function useChoices(subject: Subject): FormContext {
  const project = useProject();
  const { t, n, d } = useI18n();

  const cellsTitle = useCellsTitle();
  const cellsNote = (one: Tokens) =>
    t('wizards.tokensNote', { n: n(one.nCells, 'integer'), genes: n(one.maxLength, 'integer') });

  const columnChoices = (kinds: readonly Column['kind'][]): Choice[] =>
    subject
      .columns()
      .filter((column) => kinds.includes(column.kind))
      .map((column) => ({
        value: column.name,
        title: column.name,
        note: [
          t('wizards.columnNote', { n: column.nDistinct, missing: n(column.nMissing, 'integer') }),
          column.privacyReason ? t(`dataset.columns.reasons.${column.privacyReason}`) : '',
        ]
          .filter(Boolean)
          .join(' · '),
      }));

  const labelChoices = (): Choice[] => {
    const computed = subject.computedStates?.();
    if (computed) return [...computed];
    const column = subject.columns().find((one) => one.name === subject.labelColumn());
    return (column?.categories ?? []).map((one) => ({
      value: one.value,
      title: one.value,
      note: t('wizards.cellsNote', { n: n(one.nCells, 'integer') }),
    }));
  };

  /** Newest first; of the same name, told apart by when they were made. */
  const offered = (items: readonly (Titled & { createdAt: string; note?: string })[]): Choice[] => {
    const times = notesOfTwins(items, ({ createdAt }) => d(new Date(createdAt), 'brief'));
    return items
      .map(({ id, title, note }) => ({
        value: id,
        title,
        note: [note, times.get(id)].filter(Boolean).join(' · ') || undefined,
      }))
      .reverse();
  };

  function choices(field: FieldDescription): Choice[] {
    const narrowed = subject.only?.(field);
    if (narrowed) return narrowed;
    switch (field.source) {
      case 'dataset':
        return offered(project.datasets.map((one) => ({ ...one, title: one.name })));
      case 'tokens':
        return offered(project.tokens.map((one) => ({ ...one, title: cellsTitle(one), note: cellsNote(one) })));
      case 'model':
        return offered(project.models);
      case 'screen':
        return offered(project.screens);
      case 'label-column':
        return [...columnChoices(['categorical', 'boolean']), ...(subject.computedColumns?.() ?? [])];
      case 'donor-column':
        return columnChoices(['categorical', 'text', 'number']);
      case 'column-privacy':
        return subject.columns().flatMap((column) =>
          PrivacyLevel.options.map((level) => ({
            value: `${column.name}=${level}`,
            title: `${column.name}: ${t(`dataset.columns.levels.${level}`)}`,
            note: column.privacyReason ? t(`dataset.columns.reasons.${column.privacyReason}`) : '',
          })),
        );
      case 'label':
      case 'labels':
        return labelChoices();
      default:
        return [];
    }
  }

  return { choices, dataset: () => subject.dataset() };
}
