import { skipWarning, type StepSkip } from '#genecompass/skip-guard.ts';
import type { TrainingState } from '#engine/train/state.ts';
import type { JobContext } from '#jobs/worker.ts';
import { CheckpointPace } from './checkpoint-pace.ts';
import { type HistoryPoint, recordHistory } from './model-store.ts';

const CURVES = 'curves';

/** State and curves of a training as parts of a job, so that a stopped run goes on and its curves have no gap. */
export interface TrainingCheckpoint<S> {
  /** Where a stopped run has to go on; undefined at the start. */
  readonly resume: S | undefined;
  readonly history: HistoryPoint[];
  readonly isCheckpointDue: (step: number) => boolean;
  record(series: string, step: number, value: number | null): void;
  readonly onCheckpoint: (state: S) => Promise<void>;
  readonly onSkip: (skip: StepSkip) => void;
}

/** `isPast` tells the points of the curves that a state has behind it; later ones are computed again. */
export async function openTraining<S extends { readonly training: TrainingState }>(
  context: JobContext,
  plan: {
    key: string;
    read: (bytes: Uint8Array) => S;
    write: (state: S) => Iterable<Uint8Array>;
    isPast: (point: HistoryPoint, state: S) => boolean;
  },
): Promise<TrainingCheckpoint<S>> {
  const { shards } = context;
  const bytes = await shards.load(plan.key);
  const resume = bytes ? plan.read(bytes) : undefined;
  const curves = resume === undefined ? null : await shards.load(CURVES);
  const points = curves ? (JSON.parse(new TextDecoder().decode(curves)) as HistoryPoint[]) : [];
  const past = points.filter((point) => resume !== undefined && plan.isPast(point, resume));
  const { history, record } = recordHistory(context, past);
  const pace = new CheckpointPace(resume?.training.step ?? 0);
  return {
    resume,
    history,
    record,
    isCheckpointDue: (step) => pace.isDue(step),
    onCheckpoint: (state) =>
      pace.time(state.training.step, async () => {
        // First, so that a checkpoint never lacks a part of its curves.
        await shards.save(CURVES, new TextEncoder().encode(JSON.stringify(history)));
        await shards.save(plan.key, plan.write(state));
      }),
    onSkip: (skip) => context.log('warn', skipWarning(skip)),
  };
}

/** What the card of a model says of steps left out; nothing where there were none. */
export function skippedNote(nSkipped: number): string[] {
  return nSkipped === 0 ? [] : [`${nSkipped} training steps were left out, because their loss was not finite.`];
}
