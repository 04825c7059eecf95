import { z } from 'zod';

/** What a training left in the summary of its model; older ones and other kinds lack most of it. */
const Summary = z.object({
  nSteps: z.number().int().optional().catch(undefined),
  nSkipped: z.number().int().optional().catch(undefined),
  startedFrom: z.object({ title: z.string() }).nullable().optional().catch(undefined),
});

export interface Note {
  key: 'further' | 'steps' | 'best' | 'early' | 'skipped';
  values: Readonly<Record<string, string | number>>;
  isWarning: boolean;
}

export interface TrainingFacts {
  summary: Readonly<Record<string, unknown>>;
  /** The epoch that was kept, the last one that ran and how many were planned; null where no epochs were scored. */
  epochs: { best: number; last: number; planned: number } | null;
}

/** How a training went, in sentences: where it began, how long it was, what was kept, what went wrong. */
export function trainingNotes({ summary, epochs }: TrainingFacts): Note[] {
  const { nSteps, nSkipped = 0, startedFrom } = Summary.parse(summary);
  const notes: Note[] = [];
  const add = (key: Note['key'], values: Note['values'] = {}, isWarning = false) =>
    notes.push({ key, values, isWarning });
  if (startedFrom) add('further', { title: startedFrom.title });
  if (nSteps) add('steps', { n: nSteps });
  if (epochs) add('best', epochs);
  if (epochs && epochs.last < epochs.planned) add('early', epochs);
  if (nSkipped > 0) add('skipped', { n: nSkipped }, true);
  return notes;
}
