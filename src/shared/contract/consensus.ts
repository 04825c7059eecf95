import { z } from 'zod';
import { ConsensusConfig, ConsensusGene, ConsensusReport } from '../domain/consensus.ts';
import { ArtifactId } from '../domain/ids.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';

export const ConsensusInfo = z.object({
  id: ArtifactId,
  title: z.string(),
  report: ConsensusReport,
  createdAt: z.string(),
});
export type ConsensusInfo = z.infer<typeof ConsensusInfo>;

export const consensus = {
  run: procedure({
    help: 'One order of genes out of several rankings: other seeds, models or species, and how far they agree.',
    startsJob: true,
  })
    .input(ConsensusConfig)
    .output(StartedJob),
  list: procedure({ help: 'Consensus orders of the project.' }).output(z.array(ConsensusInfo)),
  rows: procedure({ help: 'The genes of a consensus.' })
    .input(z.object({ consensus: ArtifactRef }))
    .output(z.object({ report: ConsensusReport, genes: z.array(ConsensusGene) })),
  export: procedure({ help: 'Write a consensus as CSV.' })
    .input(z.object({ consensus: ArtifactRef }))
    .output(z.object({ fileName: z.string(), mediaType: z.string(), content: z.string() })),
};
