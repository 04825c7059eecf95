import { z } from 'zod';
import { field } from '#shared/domain/field.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { commandLine } from '#shared/forms/command-line.ts';
import { defaultValues, schemaFields } from '#shared/forms/schema-fields.ts';
import type { WizardPlan } from '#shared/forms/wizard.ts';
import { readable } from './readable-ids.ts';

const Pretrain = PretrainConfig.omit({ tokens: true, startFrom: true });
const Finetune = FinetuneConfig.omit({ tokens: true, model: true, labelSource: true });

/** From nothing, further from a model, or straight to the cell states with a model as it is. */
export const TRAIN_WAYS = ['new', 'continue', 'fine-tune'] as const;
export type TrainWay = (typeof TRAIN_WAYS)[number];

type FieldTexts = { title: string; help: string };
export interface GroupTexts {
  way: FieldTexts;
  pretrain: FieldTexts;
  finetune: FieldTexts;
}

/**
 * Both trainings as one form: every field is that of its own schema; `way` says which of them are run.
 *
 * Note: only the way and the names of the two groups are the wizard's own, so they come from its texts.
 */
export function trainPlan(texts: GroupTexts): WizardPlan {
  const schema = z.object({
    tokens: PretrainConfig.shape.tokens,
    way: field(z.enum(TRAIN_WAYS).default('new'), texts.way),
    model: FinetuneConfig.shape.model.optional(),
    pretrain: field(Pretrain, texts.pretrain),
    finetune: field(Finetune, texts.finetune),
  });
  return {
    schema,
    steps: [
      { id: 'cells', fields: ['tokens', 'way', 'model'] },
      { id: 'size', fields: ['pretrain'] },
      { id: 'states', fields: ['finetune'] },
      { id: 'review', fields: [] },
    ],
  };
}

/** What both groups start with. */
export function trainDefaults(): { pretrain: Record<string, unknown>; finetune: Record<string, unknown> } {
  return { pretrain: defaultValues(schemaFields(Pretrain)), finetune: defaultValues(schemaFields(Finetune)) };
}

export interface TrainValues {
  tokens?: string;
  way: TrainWay;
  model?: string;
  pretrain: Record<string, unknown>;
  finetune: Record<string, unknown>;
}

/** Input of the masked training; null where a model is taken as it is. */
export function pretrainInput({ tokens, way, model, pretrain }: TrainValues): Record<string, unknown> | null {
  if (way === 'fine-tune') return null;
  return { ...pretrain, tokens, ...(way === 'continue' ? { startFrom: model } : {}) };
}

/** Two lines, or one where a model is taken as it is. */
export function trainCommands(values: TrainValues): string[] {
  const pretrain = pretrainInput(values);
  const { tokens, model } = readable({ tokens: values.tokens, model: values.model });
  const finetune = { model: pretrain ? 'latest' : model, tokens, ...values.finetune };
  return [
    ...(pretrain ? [commandLine(['model', 'pretrain'], PretrainConfig, readable(pretrain))] : []),
    commandLine(['training', 'finetune'], FinetuneConfig, finetune),
  ];
}
