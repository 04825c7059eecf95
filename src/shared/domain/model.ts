import { z } from 'zod';
import { field } from './field.ts';

/** Prior-knowledge tables in the order the published model concatenates them; `own_co_exp` is computed from own cells. */
export const PriorName = z.enum(['promoter', 'co_exp', 'gene_family', 'peca_grn']);
export type PriorName = z.infer<typeof PriorName>;

/**
 * How an expression value enters a gene's vector: as the plain number (Base), through a network of its own, or mixed into
 * the word vector first. The last two are the possible layouts of the published Small. Source: spec/genecompass.md §2.7.
 */
export const ValueEncoding = z.enum(['scalar', 'encoder', 'fused']);
export type ValueEncoding = z.infer<typeof ValueEncoding>;

/** Architecture of a GeneCompass encoder. Source: spec/genecompass.md §2. */
export const ModelConfig = z.object({
  nLayers: field(z.number().int().min(1).max(24).default(12), { title: 'Layers', help: 'Depth of the encoder.' }),
  nHeads: field(z.number().int().min(1).max(32).default(12), {
    title: 'Attention heads',
    help: 'Must divide the width.',
  }),
  width: field(z.number().int().min(8).max(2048).default(768), {
    title: 'Width',
    help: 'Length of every gene and cell embedding.',
  }),
  feedForwardWidth: field(z.number().int().min(8).max(8192).default(3072), {
    title: 'Feed-forward width',
    help: 'Usually four times the width.',
  }),
  maxLength: field(z.number().int().min(8).max(2048).default(2048), {
    title: 'Genes per cell',
    help: 'Number of rank positions the model knows.',
    unit: 'genes',
  }),
  vocabularySize: z.number().int().min(3),
  vocabularyHash: z.string(),
  learnedIds: field(z.boolean().default(true), {
    title: 'Learned gene identity',
    help: 'An own vector for every gene. Without it genes are known only by their prior vectors, which needs far fewer cells.',
  }),
  priors: z.array(z.object({ name: PriorName, width: z.number().int() })).default([]),
  valueEncoding: ValueEncoding.default('scalar'),
  activation: z.enum(['gelu', 'relu']).default('gelu'),
  dropout: field(z.number().min(0).max(0.9).default(0.02), {
    title: 'Dropout',
    help: 'Share of units switched off in training.',
    advanced: true,
  }),
  layerNormEps: z.number().default(1e-12),
  initializerRange: z.number().default(0.02),
});
export type ModelConfig = z.infer<typeof ModelConfig>;

/**
 * What a person chooses; `vocabulary` and priors come from the tokens.
 *
 * Note: initial weights spread about as 0.8 / sqrt(width); the published 0.02 suits a width of 768 and costs a narrow
 * model its first epochs (docs/decisions/0030).
 */
export const MODEL_PRESETS = {
  demo: {
    title: 'Quick look (minutes on a laptop)',
    nLayers: 2,
    nHeads: 4,
    width: 96,
    feedForwardWidth: 192,
    maxLength: 256,
    learnedIds: false,
    initializerRange: 0.08,
  },
  small: {
    title: 'Small (an hour on a laptop)',
    nLayers: 6,
    nHeads: 8,
    width: 256,
    feedForwardWidth: 512,
    maxLength: 2048,
    learnedIds: true,
    initializerRange: 0.05,
  },
  base: {
    title: 'As published (needs a GPU)',
    nLayers: 12,
    nHeads: 12,
    width: 768,
    feedForwardWidth: 3072,
    maxLength: 2048,
    learnedIds: true,
  },
} as const;
export const ModelPreset = z.enum(['demo', 'small', 'base']);
export type ModelPreset = z.infer<typeof ModelPreset>;

/** The published Base. Source: spec/genecompass.md §2.1, §2.6, checkpoint-base.tsv. */
export const PUBLISHED_BASE = {
  nTensors: 234,
  nElements: 326_847_102,
  nHomologs: 17_465,
  vocabularySize: 50_558,
  width: 768,
  nLayers: 12,
} as const;
