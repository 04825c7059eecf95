import type { JobKind } from '#shared/domain/job.ts';

/** What the user came for; one door of the home page each. */
export const QUESTIONS = ['drivers', 'cell-types', 'my-genes', 'train'] as const;
export type Question = (typeof QUESTIONS)[number];

export type WizardName = 'import' | 'prepare' | 'train' | 'screen' | 'rank' | 'closer';
export type Destination = { kind: 'wizard'; wizard: WizardName } | { kind: 'wait'; job: JobKind } | ReadResult;
type ReadResult = { kind: 'read'; what: 'model' | 'ranking' };

export interface ProjectCounts {
  datasets: number;
  tokens: number;
  finetuned: number;
  screens: number;
  rankings: number;
  /** Kinds of the jobs that wait or run. */
  activeJobs: readonly JobKind[];
}

const CHAIN: readonly {
  wizard: WizardName;
  made: keyof Omit<ProjectCounts, 'activeJobs'>;
  jobs: readonly JobKind[];
}[] = [
  { wizard: 'import', made: 'datasets', jobs: ['import', 'import-tokens'] },
  { wizard: 'prepare', made: 'tokens', jobs: ['preprocess'] },
  { wizard: 'train', made: 'finetuned', jobs: ['pretrain', 'finetune'] },
  { wizard: 'screen', made: 'screens', jobs: ['screen'] },
  { wizard: 'rank', made: 'rankings', jobs: ['ranking'] },
];

const LAST_STEP: Record<Question, WizardName> = {
  drivers: 'rank',
  'my-genes': 'rank',
  'cell-types': 'train',
  train: 'train',
};

/**
 * The one next sensible thing to do: the first link of the chain that is missing, up to what the question needs;
 * a link whose job is on its way is waited for; when nothing is missing, the result is read.
 */
export function nextStep(counts: ProjectCounts, question: Question = 'drivers'): Destination {
  const last = LAST_STEP[question];
  for (const link of CHAIN) {
    if (counts[link.made] === 0) {
      const job = link.jobs.find((kind) => counts.activeJobs.includes(kind));
      return job ? { kind: 'wait', job } : { kind: 'wizard', wizard: link.wizard };
    }
    if (link.wizard === last) break;
  }
  return { kind: 'read', what: last === 'rank' ? 'ranking' : 'model' };
}
