import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useProject } from '../../state/project.ts';
import { modelKind } from '../../state/models.ts';
import { useCellsTitle } from '../../state/use-cells-title.ts';

/** The chain of a project, link by link: what there is, its facts in one line, and whether more can be made. */
export function useLineage() {
  const project = useProject();
  const { t, n } = useI18n();
  const cellsTitle = useCellsTitle();
  const whole = (value: number) => n(value, 'integer');

  return computed(() => [
    {
      id: 'datasets',
      route: 'dataset',
      wizard: 'import',
      possible: true,
      items: project.datasets.map((one) => ({
        ...one,
        title: one.name,
        facts: t('project.facts.dataset', {
          cells: whole(one.nCells),
          genes: whole(one.nGenes),
          species: t(`choices.species.${one.species}`),
        }),
      })),
    },
    {
      id: 'tokens',
      route: 'tokens',
      wizard: 'prepare',
      possible: project.datasets.length > 0,
      items: project.tokens.map((one) => ({
        ...one,
        title: cellsTitle(one),
        facts: t('project.facts.tokens', {
          cells: whole(one.nCells),
          covered: n(one.coverage.countsCovered, 'percent'),
        }),
      })),
    },
    {
      id: 'models',
      route: 'model',
      wizard: 'train',
      possible: project.tokens.length > 0,
      items: project.models.map((one) => ({
        ...one,
        facts: t(`project.facts.${modelKind(one)}`, {
          parameters: whole(one.nParameters),
          labels: one.labels?.length ?? 0,
        }),
      })),
    },
    {
      id: 'screens',
      route: 'screen',
      wizard: 'screen',
      possible: project.models.length > 0,
      items: project.screens.map((one) => ({
        ...one,
        facts: t('project.facts.screen', { genes: whole(one.nGenes), cells: whole(one.nCells) }),
      })),
    },
    {
      id: 'rankings',
      route: 'ranking',
      wizard: 'rank',
      possible: project.screens.length > 0,
      items: project.rankings.map((one) => ({
        ...one,
        facts: t('project.facts.ranking', {
          genes: whole(one.report.nGenes),
          significant: whole(one.report.nSignificant),
        }),
      })),
    },
    {
      id: 'followUps',
      route: 'follow-up',
      wizard: 'closer',
      possible: project.screens.length > 0,
      items: project.followUps.map((one) => ({
        ...one,
        facts: t('project.facts.followUp', { monotone: whole(one.nMonotone), synergies: whole(one.nSynergies) }),
      })),
    },
  ]);
}
