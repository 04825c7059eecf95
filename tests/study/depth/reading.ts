/** How many raised genes a model of a given length would not read, in shallow and in deep cells; no model is asked. */
import { ScreenConfig } from '#shared/domain/screen.ts';
import { Project } from '#project/project.ts';
import { screenPlanFromBlobs } from '#screen/blobs.ts';
import { perturbedLength } from '#screen/passes.ts';
import { cellTokens, percentileDoses, tokenStatistics } from '#singlecell/perturb/dose.ts';
import { cellDepth } from '#workers/cell-depth.ts';
import { openStoredDataset } from '#workers/dataset-store.ts';
import { readTokens } from '#workers/tokens-store.ts';
import { STUDY_PASSPHRASE, type StudyProject } from '../screen/make-screens.ts';

/** Genes read of a cell: demo, small, and the published models. */
export const LENGTHS = [256, 512, 1024, 2048] as const;

export interface Unread {
  length: number;
  shallow: number;
  deep: number;
}

/** Of the candidates and start cells of the first standard screen; each length has the doses of the genes it reads. */
export async function readingByLength(made: StudyProject): Promise<Unread[]> {
  const project = await Project.open(made.file, { passphrase: STUDY_PASSPHRASE });
  try {
    const { artifacts } = project;
    const { artifact } = made.screens[0];
    const plan = await screenPlanFromBlobs((name) => Promise.resolve(artifacts.read(artifact, name)));
    const stored = readTokens(artifacts, ScreenConfig.parse(artifacts.get(artifact).config).tokens);
    const { tokens } = stored;
    const { counts } = cellDepth(
      openStoredDataset(artifacts, stored.dataset).counts,
      plan.cells.map((row) => tokens.cellIndex[row]),
    );
    const order = plan.cells.map((_, cell) => cell).sort((a, b) => counts[a] - counts[b] || a - b);
    const half = plan.cells.length >> 1;
    const genes = plan.genes.filter(({ isCandidate }) => isCandidate);
    const ids = genes.map(({ tokenId }) => tokenId);
    return LENGTHS.filter((length) => length <= tokens.maxLength).map((length): Unread => {
      const statistics = tokenStatistics(tokens, stored.vocabulary.tokens.length, length);
      const { dosePercentile: percentile } = plan.config;
      const doses = percentileDoses(tokens, statistics, ids, { percentile, maxLength: length });
      const shareUnread = (cells: readonly number[]) => {
        let unread = 0;
        for (const cell of cells) {
          const own = cellTokens(tokens, plan.cells[cell], length);
          const positionOf = new Map(Array.from(own.tokenIds, (token, position) => [token, position]));
          genes.forEach(({ tokenId }, i) => {
            const position = positionOf.get(tokenId) ?? -1;
            const gene = { tokenId, dose: doses[i] };
            if (perturbedLength('over-express', own, gene, position, { ...plan, maxLength: length }) === 0) unread++;
          });
        }
        return unread / (cells.length * genes.length);
      };
      return { length, shallow: shareUnread(order.slice(0, half)), deep: shareUnread(order.slice(-half)) };
    });
  } finally {
    project.close();
  }
}
