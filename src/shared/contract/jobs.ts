import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { JobId } from '../domain/ids.ts';
import { Job, JobEvent } from '../domain/job.ts';
import { procedure } from './base.ts';

const one = z.object({ jobId: JobId });

export const jobs = {
  list: procedure({ help: 'Jobs of the project, in queue order.' }).output(z.array(Job)),
  get: procedure({ help: 'One job with its state and progress.' }).input(one).output(Job),
  /** Replays lossless events after `afterSeq`, then follows live until the job ends. */
  watch: procedure({ help: 'Follow a job.', notOnCommandLine: true })
    .input(z.object({ jobId: JobId, afterSeq: z.number().int().default(0) }))
    .output(eventIterator(JobEvent)),
  /** State changes and progress of all jobs, for lists. */
  watchAll: procedure({ help: 'Follow the queue.', notOnCommandLine: true }).output(eventIterator(Job)),
  cancel: procedure({ help: 'Stop a job; what it has finished is kept.' })
    .input(one.extend({ force: z.boolean().default(false) }))
    .output(Job),
  pause: procedure({ help: 'Let a job rest at its next checkpoint.' }).input(one).output(Job),
  resume: procedure({ help: 'Let a paused, failed or cancelled job go on from its last checkpoint.' })
    .input(one)
    .output(Job),
  reorder: procedure({ help: 'Move a waiting job within the queue.' })
    .input(one.extend({ position: z.number().int().min(0) }))
    .output(z.array(Job)),
};
