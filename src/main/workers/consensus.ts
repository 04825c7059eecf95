import { ConsensusConfig } from '#shared/domain/consensus.ts';
import type { Species } from '#shared/domain/gene.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { JobContext } from '#jobs/worker.ts';
import { CONSENSUS_BLOBS, RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { type ConsensusInput, consensusOf } from '#ranking/consensus.ts';
import { consensusCsv } from '#ranking/consensus-csv.ts';
import { geneResolver } from './resources.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.consensus;

/** Joins several rankings into one order and measures how far they agree. */
export async function consensusWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = ConsensusConfig.parse(input);
  const { artifacts } = context.project;
  const { orthologs } = await geneResolver();
  const rankings: ConsensusInput[] = [];
  for (const id of config.rankings) {
    const dataset = artifacts.ancestry(id).find(({ kind }) => kind === 'dataset');
    rankings.push({
      id,
      title: artifacts.get(id).title,
      species: (dataset?.summary.species ?? 'human') as Species,
      dataset: dataset?.id ?? '',
      report: RankingReport.parse(artifacts.readJson(id, RANKING_BLOBS.report)),
      genes: RankedGene.array().parse(artifacts.readJson(id, RANKING_BLOBS.genes)),
    });
    await reportStep(context, 'Rankings', rankings.length, config.rankings.length, 'rankings');
  }
  const { genes, report } = consensusOf(rankings, config, (mouseId) => orthologs.human(mouseId));
  for (const warning of report.warnings) context.log('warn', warning);
  const goals = [...new Set(rankings.map(({ report: { start, goal } }) => `${start} → ${goal}`))];
  const draft = artifacts.draft({
    kind: 'consensus',
    title: `${goals.join('; ')}: ${rankings.length} rankings`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: config.rankings as ArtifactId[],
  });
  draft.blob(CONSENSUS_BLOBS.genes, genes);
  draft.blob(CONSENSUS_BLOBS.report, report);
  draft.blob(CONSENSUS_BLOBS.csv, new TextEncoder().encode(consensusCsv(genes, report)));
  return [
    draft.commit({
      nRankings: rankings.length,
      method: config.method,
      species: [...new Set(rankings.map(({ species }) => species))],
      nGenes: report.nGenes,
      nSignificant: report.nSignificant,
      kendallW: report.kendallW,
      reading: report.reading,
      top: genes.slice(0, 10).map(({ symbol }) => symbol),
    }).id,
  ];
}
