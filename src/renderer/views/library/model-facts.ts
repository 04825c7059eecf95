import type { LibraryModel } from '#shared/domain/library.ts';
import { ModelConfig } from '#shared/domain/model.ts';

/** Names of the architecture a person compares models by, in the words of the schema. */
const SIZES = ['nLayers', 'nHeads', 'width', 'feedForwardWidth', 'maxLength'] as const;

export interface Words {
  t(key: string, values?: Record<string, unknown>): string;
  n(value: number): string;
}

export type Fact = readonly [name: string, value: string];

/** What an imported model is, as lines of a table. */
export function architectureFacts({ config, checkpoint }: LibraryModel, { t, n }: Words): Fact[] {
  const priors = config.priors.map(({ name, width }) => `${t(`library.priors.${name}`)} (${n(width)})`);
  return [
    [t('library.facts.parameters'), n(checkpoint.nParameters)],
    [
      t('library.facts.counts'),
      t(checkpoint.matchesBase ? 'library.facts.countsBase' : 'library.facts.countsOther', {
        tensors: n(checkpoint.nTensors),
        elements: n(checkpoint.nElements),
      }),
    ],
    ...SIZES.map((name): Fact => {
      const meta = ModelConfig.shape[name].meta() as { title?: string; unit?: string } | undefined;
      return [meta?.title ?? name, [n(config[name]), meta?.unit].filter(Boolean).join(' ')];
    }),
    [t('library.facts.layout'), t(`library.layouts.${checkpoint.layout}`)],
    [t('library.facts.heads'), t(`library.heads.${checkpoint.heads.kind}`)],
    [t('library.facts.priors'), priors.join(', ') || t('library.facts.none')],
  ];
}

/** Which genes an imported model knows; null where no token dictionary came with it. */
export function vocabularyFacts({ vocabulary }: LibraryModel, { t, n }: Words): Fact[] | null {
  if (!vocabulary) return null;
  const { nHumanGenes, nMouseGenes, nHomologs, nMedians, id } = vocabulary;
  return [
    [t('library.facts.human'), n(nHumanGenes)],
    [t('library.facts.mouse'), n(nMouseGenes)],
    [t('library.facts.homologs'), n(nHomologs)],
    [t('library.facts.medians'), nMedians === null ? t('library.facts.mediansOwn') : n(nMedians)],
    [t('library.facts.vocabulary'), id],
  ];
}
