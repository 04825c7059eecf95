import { CASES } from './cases.ts';
import { EXECUTORS, type ExecutorName } from './executors.ts';
import type { OpOutcome } from './run.ts';

/** What some executors lack. */
export interface Gap {
  readonly executors: readonly ExecutorName[];
  /** ONNX name, or `*` for every op. */
  readonly op: string;
  /** A dtype; for Cast also one of the pair. */
  readonly dtype: string;
  readonly reason: string;
}

const ORT = ['ORT CPU', 'ORT WebGPU'] as const;
const TFJS = ['tfjs cpu', 'tfjs wasm'] as const;

/** The whole list: what is not here must pass, and what is here must not. */
export const GAPS: readonly Gap[] = [
  { executors: TFJS, op: '*', dtype: 'float64', reason: 'TensorFlow.js has no 64-bit floats' },
  { executors: ORT, op: 'Erf', dtype: 'float64', reason: 'ONNX Runtime has a float32 kernel only' },
  { executors: ORT, op: 'Gelu', dtype: 'float64', reason: 'ONNX Runtime makes it of Erf' },
  {
    executors: ORT,
    op: 'LayerNormalization',
    dtype: 'float64',
    reason: 'ONNX gives mean and 1/sigma as float32, the op table in the dtype of the input',
  },
  { executors: ['ORT CPU'], op: 'ReduceMax', dtype: 'uint32', reason: 'ONNX Runtime has no CPU kernel' },
  { executors: ['ORT CPU'], op: 'ReduceSum', dtype: 'uint32', reason: 'ONNX Runtime has no CPU kernel' },
  { executors: ['ORT CPU'], op: 'Where', dtype: 'uint32', reason: 'ONNX Runtime has no CPU kernel' },
  { executors: ['ORT CPU'], op: 'Where', dtype: 'bool', reason: 'ONNX Runtime has no CPU kernel' },
];

/** The gap of an op and dtype on an executor, if it is listed. */
export function gapOf(executor: ExecutorName, op: string, dtype: string): Gap | undefined {
  return GAPS.find(
    (gap) =>
      gap.executors.includes(executor) && (gap.op === '*' || gap.op === op) && dtype.split(' ').includes(gap.dtype),
  );
}

/** What the outcomes of an executor and the list say differently, one sentence each. */
export function differences(executor: ExecutorName, outcomes: readonly OpOutcome[]): string[] {
  return outcomes.flatMap(({ op, dtype, sample, passed, reason }) => {
    const gap = gapOf(executor, op, dtype);
    const subject = `${executor}, ${op}, ${dtype}, ${sample}`;
    if (!gap && !passed) return [`${subject}: it fails and is no listed gap (${reason})`];
    if (gap && passed) return [`${subject}: it passes and is listed as a gap (${gap.reason})`];
    return [];
  });
}

/** Entries that name an executor, op or dtype no case has. */
export function idleGaps(): string[] {
  return GAPS.flatMap((gap) =>
    gap.executors
      .filter(
        (name) =>
          !EXECUTORS.some((executor) => executor.name === name) ||
          !CASES.some(({ op, dtype }) => gapOf(name, op.onnx.name, dtype) === gap),
      )
      .map((name) => `${name}, ${gap.op}, ${gap.dtype}`),
  );
}
