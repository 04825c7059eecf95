import { z } from 'zod';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import type { TrainingState } from '#engine/train/state.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { bytesSource } from './checkpoint/byte-source.ts';
import { readSafetensors, safetensorsBlocks } from './checkpoint/safetensors.ts';
import { float32Tensor, type StoredTensor, toFloat32 } from './checkpoint/stored-tensor.ts';
import type { FinetuneState } from './finetune.ts';
import type { PretrainState } from './pretrain.ts';

const PARTS = ['parameters', 'first', 'second', 'best'] as const;
const FORMAT = 2;

const count = z.number().int().nonnegative();
const Losses = z.object({ loss: z.number(), idLoss: z.number().nullable(), valueLoss: z.number() });
const Header = z.object({
  format: z.literal(FORMAT),
  fingerprint: z.string(),
  step: count,
  skips: z.object({ total: count, inRow: count }),
  lossScale: z.object({ factor: z.number().positive(), steady: count, nHalved: count }).nullable(),
  hasBest: z.boolean(),
  progress: z.unknown(),
});
const PretrainProgress = z.object({
  pending: z.object({ lossSum: z.number(), nSteps: count }),
  history: z.array(z.object({ step: count, trainLoss: z.number().nullable(), validation: Losses })),
});
const FinetuneProgress = z.object({
  pending: z.object({ lossSum: z.number(), nCells: count }),
  bestEpoch: count,
  history: z.array(
    z.object({
      epoch: count,
      trainLoss: z.number().nullable(),
      validation: z.object({ accuracy: z.number(), macroF1: z.number() }).nullable(),
    }),
  ),
});

/** What the states of both trainings have in common. */
interface Saved<P> {
  readonly fingerprint: string;
  readonly training: TrainingState;
  readonly best: TrainingState['parameters'] | null;
  readonly progress: P;
}

/** A stopped pretraining run as bytes, tensor by tensor and without a copy. */
export function pretrainStateBlocks({ fingerprint, training, best, ...progress }: PretrainState): Iterable<Uint8Array> {
  return blocksOf('pretrain', { fingerprint, training, best, progress });
}

/** Throws: data-format when the bytes are not such a state. */
export function readPretrainState(bytes: Uint8Array, subject: string): PretrainState {
  const { progress, ...rest } = read('pretrain', PretrainProgress, bytes, subject);
  return { ...rest, ...progress };
}

/** A stopped fine-tuning run as bytes, tensor by tensor and without a copy. */
export function finetuneStateBlocks({ fingerprint, training, best, ...progress }: FinetuneState): Iterable<Uint8Array> {
  return blocksOf('finetune', { fingerprint, training, best, progress });
}

/** Throws: data-format when the bytes are not such a state. */
export function readFinetuneState(bytes: Uint8Array, subject: string): FinetuneState {
  const { progress, ...rest } = read('finetune', FinetuneProgress, bytes, subject);
  return { ...rest, ...progress };
}

function blocksOf(kind: string, { fingerprint, training, best, progress }: Saved<unknown>): Iterable<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  const parts = { ...training, best: best ?? {} };
  for (const part of PARTS) {
    for (const [name, { data, shape }] of Object.entries(parts[part])) {
      tensors.set(`${part}/${name}`, float32Tensor(data as Float32Array, shape));
    }
  }
  const { step, skips, lossScale } = training;
  const header = { format: FORMAT, fingerprint, step, skips, lossScale, hasBest: best !== null, progress };
  return safetensorsBlocks(tensors, { [kind]: stableJson(header) });
}

function read<P>(kind: string, Progress: z.ZodType<P>, bytes: Uint8Array, subject: string): Saved<P> {
  const { tensors, metadata } = readSafetensors(bytesSource(bytes, subject));
  const header = Header.extend({ progress: Progress }).safeParse(parse(metadata[kind]));
  if (!header.success) {
    throw new WorkbenchError('data-format', `${subject}: it is not a saved training state; start the training again.`);
  }
  const parts: Record<(typeof PARTS)[number], Record<string, Tensor>> = {
    parameters: {},
    first: {},
    second: {},
    best: {},
  };
  for (const [key, stored] of tensors) {
    const slash = key.indexOf('/');
    const part = PARTS.find((known) => known === key.slice(0, slash));
    if (!part)
      throw new WorkbenchError('data-format', `${subject}: ${key} is not part of a state; start the training again.`);
    parts[part][key.slice(slash + 1)] = tensor('float32', stored.shape, toFloat32(`${subject}: ${key}`, stored));
  }
  const { fingerprint, step, skips, lossScale, hasBest, progress } = header.data;
  const { best, ...training } = parts;
  return {
    fingerprint,
    training: { step, skips, lossScale, ...training },
    best: hasBest ? best : null,
    progress: progress as P,
  };
}

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return null;
  }
}
