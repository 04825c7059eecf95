import { z } from 'zod';
import { field } from './field.ts';

/** Linear layers of an encoder layer that can be adapted. */
export const LORA_TARGETS = ['query', 'key', 'value', 'output', 'ffn-up', 'ffn-down'] as const;
export type LoraTarget = (typeof LORA_TARGETS)[number];

/**
 * Adapters of low rank: W + alpha / rank · B A, with W frozen.
 *
 * Source: Hu and others 2022, section 4; all linear layers as targets: Dettmers and others 2023, section 4.
 */
export const LoraConfig = z.object({
  rank: field(z.number().int().min(0).max(256).default(0), {
    title: 'Adapter rank',
    help: 'Size of the low-rank additions (LoRA) that are trained instead of the weights; 8 is usual. 0 trains the weights themselves.',
    advanced: true,
  }),
  alpha: field(z.number().positive().max(1024).default(16), {
    title: 'Adapter alpha',
    help: 'The additions count alpha / rank times.',
    advanced: true,
  }),
  targets: field(
    z
      .array(z.enum(LORA_TARGETS))
      .min(1)
      .default([...LORA_TARGETS]),
    {
      title: 'Adapted layers',
      help: 'Which linear layers get an addition: the four of attention and the two of the feed-forward block.',
      advanced: true,
    },
  ),
  trainNorms: field(z.boolean().default(false), {
    title: 'Train layer norms beside adapters',
    help: 'Scales and shifts between the layers are trained beside the additions.',
    advanced: true,
  }),
});
export type LoraConfig = z.infer<typeof LoraConfig>;

export const LORA_OFF: LoraConfig = LoraConfig.parse({});
