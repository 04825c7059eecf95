import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { assemble } from '#hosts/assemble.ts';
import { followJob, jobResult } from '#hosts/cli/follow-job.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import type { Species } from '#shared/domain/gene.ts';
import { type ConsensusInput, consensusOf } from '#ranking/consensus.ts';
import { geneResolver } from '#workers/resources.ts';
import { CASES } from '../screen/cases.ts';
import { makeScreens, STUDY_PASSPHRASE } from '../screen/make-screens.ts';

const CELLS = '../shared/data/cells';

/** Screens of two species: two fates of blood in both, and one of the pancreas that neither shares. */
const SCREENED: readonly { case: string; species: Species; goals: readonly string[] }[] = [
  { case: 'blood', species: 'human', goals: ['CD14+ Monocyte', 'CD56+ NK'] },
  { case: 'spleen', species: 'mouse', goals: ['monocyte_or_neutrophil', 'NK_cell'] },
  { case: 'endocrinogenesis', species: 'mouse', goals: ['Beta'] },
];

/**
 * `npm run study -- species [--folder DIR]`: how far screens of human and mouse cells agree, gene by gene of one-to-one
 * orthologs. Takes the projects of the screen study from the folder, and makes those that are not there.
 */
export async function runSpeciesStudy(words: string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: words,
    options: { folder: { type: 'string', default: path.join(os.tmpdir(), 'gcw-study-screen') } },
  });
  const rankings: ConsensusInput[] = [];
  for (const one of SCREENED) {
    const study = CASES.find(({ name }) => name === one.case)!;
    const cells = path.join(CELLS, `${study.file}.h5ad`);
    if (!existsSync(cells)) {
      console.log(`skipped: ${cells} is not there (data beside the repository)`);
      return;
    }
    const made = await makeScreens(study, 0, { cells, folder: flags.folder, say: console.log });
    const screen = made.screens.find(({ variant }) => variant === 'standard')!.artifact;
    rankings.push(...(await rank(made.file, screen, one)));
  }
  const { orthologs } = await geneResolver();
  console.log('| pair | order | genes | Spearman | first 50 shared (chance) | same sign | clear and alike | FDR 5 % |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  const human = rankings.filter(({ species }) => species === 'human');
  const mouse = rankings.filter(({ species }) => species === 'mouse');
  for (const method of ['model', 'fold-change', 'combined'] as const)
    for (const a of human)
      for (const b of mouse) {
        const { report, genes } = consensusOf([a, b], { method, minRankings: 2 }, (id) => orthologs.human(id));
        const [pair] = report.pairs;
        const top = pair.top.find(({ k }) => k === 50);
        const told = genes.filter(({ speciesAgree }) => speciesAgree !== null);
        const same = told.filter(({ speciesAgree }) => speciesAgree).length;
        const clear = genes.filter(({ direction }) => direction !== 'unclear');
        const alike = clear.filter(({ direction }) => direction !== 'mixed').length;
        const cells = [
          `${a.report.start} → ${a.report.goal}; ${b.report.start} → ${b.report.goal}`,
          method,
          report.nShared,
          pair.spearman?.toFixed(2),
          `${top?.shared} (${top?.byChance.toFixed(1)})`,
          `${same} of ${told.length}`,
          `${alike} of ${clear.length}`,
          `${report.nSignificant}: ${genes
            .slice(0, report.nSignificant)
            .map(({ symbol }) => symbol)
            .join(' ')}`,
        ];
        console.log(`| ${cells.join(' | ')} |`);
      }
}

/** Rankings of one screen as a user makes them. */
async function rank(
  file: string,
  screen: string,
  { species, goals, case: dataset }: (typeof SCREENED)[number],
): Promise<ConsensusInput[]> {
  const workbench = assemble(nodeAdapter('cli'));
  try {
    const { client } = workbench;
    await client.project.open({ path: file, passphrase: STUDY_PASSPHRASE });
    const made: ConsensusInput[] = [];
    for (const goal of goals) {
      const { jobId } = await client.ranking.run({ screen, goal });
      const id = String(jobResult(await followJob(client, jobId)).rankingId);
      const { genes, report } = await client.ranking.rows({ ranking: id });
      const unread = genes.filter(({ statistics }) => statistics?.cellsMoved === 0).length;
      console.log(`${species} ${report.start} → ${goal}: ${genes.length} genes, ${unread} not read`);
      made.push({ id, title: `${report.start} → ${goal}`, species, dataset, report, genes });
    }
    return made;
  } finally {
    await workbench.close();
  }
}
