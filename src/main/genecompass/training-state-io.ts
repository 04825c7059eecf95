import { z } from 'zod';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { bytesSource } from './checkpoint/byte-source.ts';
import { readSafetensors, writeSafetensors } from './checkpoint/safetensors.ts';
import { float32Tensor, type StoredTensor, toFloat32 } from './checkpoint/stored-tensor.ts';
import type { PretrainState } from './pretrain.ts';

const PARTS = ['parameters', 'first', 'second', 'best'] as const;

const Losses = z.object({ loss: z.number(), idLoss: z.number().nullable(), valueLoss: z.number() });
const Header = z.object({
  format: z.literal(1),
  fingerprint: z.string(),
  step: z.number().int().nonnegative(),
  hasBest: z.boolean(),
  pending: z.object({ lossSum: z.number(), nSteps: z.number().int().nonnegative() }),
  history: z.array(z.object({ step: z.number().int(), trainLoss: z.number(), validation: Losses })),
});

/** A stopped pretraining run as bytes. */
export function writePretrainState(state: PretrainState): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  const parts = { ...state.training, best: state.best ?? {} };
  for (const part of PARTS) {
    for (const [name, { data, shape }] of Object.entries(parts[part])) {
      tensors.set(`${part}/${name}`, float32Tensor(data as Float32Array, shape));
    }
  }
  const { fingerprint, history, pending } = state;
  const header = { format: 1, fingerprint, step: state.training.step, hasBest: state.best !== null, pending, history };
  return writeSafetensors(tensors, { pretrain: stableJson(header) });
}

/** Throws: data-format when the bytes are not such a state. */
export function readPretrainState(bytes: Uint8Array, subject: string): PretrainState {
  const { tensors, metadata } = readSafetensors(bytesSource(bytes, subject));
  const header = Header.safeParse(parse(metadata.pretrain));
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
  const { fingerprint, history, pending, step, hasBest } = header.data;
  const { parameters, first, second, best } = parts;
  return { fingerprint, history, pending, training: { step, parameters, first, second }, best: hasBest ? best : null };
}

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return null;
  }
}
