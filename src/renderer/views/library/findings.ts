import type { CheckpointReport } from '#shared/domain/library.ts';
import { PUBLISHED_BASE as BASE } from '#shared/domain/model.ts';

/** `good`: as published; `note`: works, but differs; `missing`: something cannot be done without it. */
export type Level = 'good' | 'note' | 'missing';

/** The texts of the findings name it and say, for each state, what was found and what that means. */
export interface Finding {
  id: 'counts' | 'heads' | 'layout' | 'tokens' | 'homologs' | 'medians' | 'priors';
  state: string;
  level: Level;
  /** Whole numbers are written by the translator. */
  values: Readonly<Record<string, string | number>>;
}

/** What a checkpoint folder holds, question by question, in the order a reader cares. */
export function findingsOf({ auxiliary, heads, homologs, config, ...report }: CheckpointReport): Finding[] {
  const { tokens, medians, priors } = auxiliary;
  return [
    {
      id: 'counts',
      state: report.matchesBase ? 'base' : 'other',
      level: report.matchesBase ? 'good' : 'note',
      values: {
        tensors: report.nTensors,
        elements: report.nElements,
        baseTensors: BASE.nTensors,
        baseElements: BASE.nElements,
      },
    },
    {
      id: 'heads',
      state: heads.kind,
      level: heads.kind === 'none' ? 'note' : 'good',
      values: { n: heads.kind === 'classifier' ? heads.classes : 0 },
    },
    {
      id: 'layout',
      state: report.layout,
      level: 'good',
      values: { layers: config.nLayers, width: config.width, genes: config.maxLength },
    },
    tokens
      ? { id: 'tokens', state: 'found', level: 'good', values: { file: tokens } }
      : { id: 'tokens', state: 'missing', level: 'missing', values: {} },
    homologs
      ? { id: 'homologs', state: 'found', level: 'good', values: { n: homologs.nChanged } }
      : { id: 'homologs', state: 'missing', level: 'note', values: {} },
    medians.length > 0
      ? { id: 'medians', state: 'found', level: 'good', values: { file: medians.join(', ') } }
      : { id: 'medians', state: 'missing', level: 'note', values: {} },
    config.priors.length > 0
      ? { id: 'priors', state: 'inside', level: 'good', values: { n: config.priors.length } }
      : priors.length > 0
        ? { id: 'priors', state: 'files', level: 'good', values: { file: priors.join(', ') } }
        : { id: 'priors', state: 'missing', level: 'note', values: {} },
  ];
}
