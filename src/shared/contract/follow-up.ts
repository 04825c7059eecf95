import { z } from 'zod';
import { FollowUpConfig, FollowUpResult } from '../domain/follow-up.ts';
import { ArtifactId } from '../domain/ids.ts';
import { RunEstimate } from '../domain/run-estimate.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';

export const FollowUpInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  screen: ArtifactId,
  genes: z.array(z.string()),
  nMonotone: z.number().int(),
  nSynergies: z.number().int(),
  createdAt: z.string(),
});
export type FollowUpInfo = z.infer<typeof FollowUpInfo>;

export const FollowUpPasses = z.object({
  series: z.number().int(),
  combinations: z.number().int(),
  responses: z.number().int(),
  total: z.number().int(),
});

/** Which table of a follow-up is written. */
export const FollowUpTable = z.enum(['doses', 'combinations', 'responses']);
export type FollowUpTable = z.infer<typeof FollowUpTable>;

export const followUp = {
  run: procedure({
    help: 'Look closely at chosen genes of a screen: dose series, pairs and triples, and the genes that respond.',
    startsJob: true,
    command: 'follow-up run',
  })
    .input(FollowUpConfig)
    .output(StartedJob),
  estimate: procedure({
    help: 'How many passes through the model a closer look takes at most, and its time, memory and disk.',
    command: 'follow-up estimate',
  })
    .input(FollowUpConfig)
    .output(FollowUpPasses.extend({ cost: RunEstimate })),
  list: procedure({ help: 'Closer looks of the project.', command: 'follow-up list' }).output(z.array(FollowUpInfo)),
  show: procedure({ help: 'Everything a closer look found.', command: 'follow-up show' })
    .input(z.object({ followUp: ArtifactRef }))
    .output(FollowUpResult),
  export: procedure({
    help: 'Write the doses, the combinations or the responding genes as CSV, or everything as JSON.',
    command: 'follow-up export',
  })
    .input(
      z.object({
        followUp: ArtifactRef,
        table: FollowUpTable.default('doses'),
        format: z.enum(['csv', 'json']).default('csv'),
      }),
    )
    .output(z.object({ fileName: z.string(), mediaType: z.string(), content: z.string() })),
};
