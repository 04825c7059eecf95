import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ConsensusGene, ConsensusReport } from '#shared/domain/consensus.ts';
import { CONSENSUS_BLOBS } from '#project/stored/result-blobs.ts';
import type { ServiceDeps } from './deps.ts';

/** Consensus orders of several rankings. */
export function consensusService({ workspace }: ServiceDeps) {
  const os = implement(contract.consensus);
  const artifacts = () => workspace.require().project.artifacts;
  const reportOf = (id: string) => artifacts().readJson<ConsensusReport>(id, CONSENSUS_BLOBS.report);
  return os.router({
    run: os.run.handler(({ input }) => {
      const rankings = input.rankings.map((ref) => workspace.artifact('ranking', ref).id);
      return workspace.start('consensus', `Consensus of ${rankings.length} rankings`, { ...input, rankings });
    }),
    list: os.list.handler(() =>
      artifacts()
        .list({ kind: 'consensus' })
        .map(({ id, title, createdAt }) => ({ id, title, createdAt, report: reportOf(id) })),
    ),
    rows: os.rows.handler(({ input }) => {
      const { id } = workspace.artifact('consensus', input.consensus);
      return { report: reportOf(id), genes: artifacts().readJson<ConsensusGene[]>(id, CONSENSUS_BLOBS.genes) };
    }),
    export: os.export.handler(({ input }) => {
      const { id } = workspace.artifact('consensus', input.consensus);
      workspace.require().project.audit.append({ what: 'consensus exported as csv', details: { id } });
      const content = new TextDecoder().decode(artifacts().read(id, CONSENSUS_BLOBS.csv));
      return { fileName: `consensus-${id.slice(0, 12)}.csv`, mediaType: 'text/csv', content };
    }),
  });
}
