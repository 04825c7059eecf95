import { z } from 'zod';
import { Compat } from './compat.ts';
import { deviceField } from './device.ts';
import { field } from './field.ts';

/** Switches for published defects that change what a model computes of a cell. */
export const InferenceCompat = Compat.pick({ attendPadding: true, ignoreSpecies: true });
export type InferenceCompat = z.infer<typeof InferenceCompat>;

export const ForwardCompat = InferenceCompat.extend(Compat.pick({ mousePriors: true }).shape);

export const ForwardConfig = z.object({
  model: field(z.string().min(1).optional(), {
    title: 'Model',
    help: 'A model of the project or of the library. Give this or a checkpoint.',
    source: 'model',
  }),
  checkpoint: field(z.string().min(1).optional(), {
    title: 'Checkpoint',
    help: 'Folder with config.json and model.safetensors or pytorch_model.bin, or one weights file in such a folder.',
    source: 'file',
  }),
  inputs: field(z.string().min(1), {
    title: 'Inputs',
    help: 'A safetensors file with input_ids and values (cells × positions); attention_mask and species are optional.',
    source: 'file',
  }),
  out: field(z.string().min(1), {
    title: 'Output file',
    help: 'The safetensors file that is written; it appears under this name when it is whole.',
    source: 'file',
  }),
  outputs: field(z.array(z.string().min(1)).min(1).max(100).optional(), {
    title: 'Outputs',
    help: 'Which tensors to write, such as cls_embedding, mean_embedding, gene_embedding (by gene, over cells), hidden_state_0, last_hidden_state, id_logits, value_predictions or logits. All the model has when nothing is said.',
  }),
  device: deviceField,
  batchSize: field(z.number().int().min(1).max(4096).optional(), {
    title: 'Batch size',
    help: 'Most cells computed together; chosen by their length when nothing is said.',
    unit: 'cells',
    advanced: true,
  }),
  skipPadding: field(z.boolean().default(false), {
    title: 'Skip padding',
    help: 'Leave zeros at positions after the last gene of a cell. Much faster for short cells; the published model computes numbers there, which mean nothing.',
  }),
  maxOutput: field(z.number().positive().max(4096).default(16), {
    title: 'Largest output',
    help: 'A larger file is refused before anything is computed; id_logits has a number for every gene at every position.',
    unit: 'GiB',
    advanced: true,
  }),
  compat: field(ForwardCompat.default({ attendPadding: false, ignoreSpecies: false, mousePriors: false }), {
    title: 'Published defects',
    help: 'Switches that repeat defects of the published code.',
    advanced: true,
  }),
});
export type ForwardConfig = z.infer<typeof ForwardConfig>;

export const ForwardReport = z.object({
  out: z.string(),
  sizeBytes: z.number(),
  nCells: z.number().int(),
  length: z.number().int(),
  device: z.string(),
  engine: z.string(),
  seconds: z.number(),
  warnings: z.array(z.string()),
  outputs: z.array(z.object({ name: z.string(), shape: z.array(z.number().int()) })),
});
export type ForwardReport = z.infer<typeof ForwardReport>;
