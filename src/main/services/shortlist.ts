import { implement } from '@orpc/server';
import { WORKBOOK } from '#shared/contract/exported-file.ts';
import { contract } from '#shared/contract/index.ts';
import { type RankedGene } from '#shared/domain/ranking.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { planPlates } from '#shared/plate/plan-plates.ts';
import { RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { chosenGenes, readShortlist, writeShortlist } from '#project/stored/shortlist.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.ranking);

/** Genes chosen for the bench, their plates and what has to be ordered. */
export function shortlistHandlers({ workspace, engine }: ServiceDeps) {
  return {
    shortlist: os.shortlist.handler(({ input }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      return readShortlist(workspace.require().project, id);
    }),
    setShortlist: os.setShortlist.handler(({ input }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      const { project } = workspace.require();
      const before = readShortlist(project, id);
      const ranked = () => project.artifacts.readJson<RankedGene[]>(id, RANKING_BLOBS.genes);
      const after = {
        genes: input.genes ? chosenGenes(ranked(), input.genes) : before.genes,
        plates: { ...before.plates, ...input.plates },
      };
      planPlates(after.genes, after.plates);
      writeShortlist(project, id, after);
      return after;
    }),
    exportPlates: os.exportPlates.handler(async ({ input: { ranking, format }, signal }) => {
      const { id, title } = workspace.artifact('ranking', ranking);
      const { project } = workspace.require();
      if (readShortlist(project, id).genes.length === 0) {
        throw new WorkbenchError(
          'not-found',
          `${title}: no genes are chosen from it yet; choose some first (gcw ranking set-shortlist --genes).`,
        );
      }
      const { content } = await engine.call('exportPlates', { ranking: id, format }, { project, signal });
      project.audit.append({ what: `plates exported as ${format}`, details: { id } });
      const base = `${format === 'order' ? 'order' : 'plates'}-${id.slice(0, 12)}`;
      if (format === 'xlsx') {
        return { fileName: `${base}.xlsx`, mediaType: WORKBOOK, encoding: 'base64' as const, content };
      }
      return { fileName: `${base}.csv`, mediaType: 'text/csv', encoding: 'utf8' as const, content };
    }),
  };
}
