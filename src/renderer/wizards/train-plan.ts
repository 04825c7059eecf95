import { z } from 'zod';
import { field } from '#shared/domain/field.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { commandLine } from '#shared/forms/command-line.ts';
import { defaultValues, schemaFields } from '#shared/forms/schema-fields.ts';
import type { WizardPlan } from '#shared/forms/wizard.ts';
import { readable } from './readable-ids.ts';

const Pretrain = PretrainConfig.omit({ tokens: true });
const Finetune = FinetuneConfig.omit({ tokens: true, model: true });

export interface GroupTexts {
  pretrain: { title: string; help: string };
  finetune: { title: string; help: string };
}

/**
 * Both trainings as one form: every field is that of its own schema, `model` empty means a new one is pretrained.
 *
 * Note: only the names of the two groups are the wizard's own, so they come from its texts.
 */
export function trainPlan(texts: GroupTexts): WizardPlan {
  const schema = z.object({
    tokens: PretrainConfig.shape.tokens,
    model: FinetuneConfig.shape.model.optional(),
    pretrain: field(Pretrain, texts.pretrain),
    finetune: field(Finetune, texts.finetune),
  });
  return {
    schema,
    steps: [
      { id: 'cells', fields: ['tokens', 'model'] },
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
  model?: string;
  pretrain: Record<string, unknown>;
  finetune: Record<string, unknown>;
}

/** Two lines, or one where a pretrained model is taken up again. */
export function trainCommands(values: TrainValues): string[] {
  const { tokens, model } = readable({ tokens: values.tokens, model: values.model });
  const finetune = { model: model ?? 'latest', tokens, ...values.finetune };
  return [
    ...(model ? [] : [commandLine(['model', 'pretrain'], PretrainConfig, { tokens, ...values.pretrain })]),
    commandLine(['training', 'finetune'], FinetuneConfig, finetune),
  ];
}
