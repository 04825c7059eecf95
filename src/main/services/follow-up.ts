import { implement } from '@orpc/server';
import type { FollowUpInfo } from '#shared/contract/follow-up.ts';
import { contract } from '#shared/contract/index.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { FollowUpResult } from '#shared/domain/follow-up.ts';
import { followUpPasses } from '#shared/domain/follow-up-passes.ts';
import { followUpCsv } from '#shared/tables/follow-up-csv.ts';
import { namedFew } from '#shared/util/fate-title.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { FOLLOW_UP_BLOBS } from '#project/stored/result-blobs.ts';
import type { ServiceDeps } from './deps.ts';

/** Closer looks at genes of a screen. */
export function followUpService({ workspace, engine }: ServiceDeps) {
  const os = implement(contract.followUp);
  const artifacts = () => workspace.require().project.artifacts;
  const read = (ref: string) => {
    const { id } = workspace.artifact('follow-up', ref);
    return { id, result: artifacts().readJson<FollowUpResult>(id, FOLLOW_UP_BLOBS.result) };
  };
  return os.router({
    run: os.run.handler(({ input }) => {
      const screen = workspace.input('screen', input.screen);
      return workspace.start('follow-up', `Look closer at ${namedFew(input.genes, 5)}`, {
        ...input,
        screen: screen.id,
      });
    }),
    estimate: os.estimate.handler(async ({ input, signal }) => {
      const { id, summary } = workspace.artifact('screen', input.screen);
      const { project } = workspace.require();
      const cost = await engine.call('estimateFollowUp', { ...input, screen: id }, { project, signal });
      return { ...followUpPasses(input, { nGenes: input.genes.length, nCells: Number(summary.nCells) }), cost };
    }),
    list: os.list.handler(() => artifacts().list({ kind: 'follow-up' }).map(info)),
    show: os.show.handler(({ input }) => read(input.followUp).result),
    export: os.export.handler(({ input: { followUp, table, format } }) => {
      const { id, result } = read(followUp);
      const isJson = format === 'json';
      workspace.require().project.audit.append({
        what: `follow-up exported as ${format}`,
        details: isJson ? { id } : { id, table },
      });
      return {
        fileName: isJson ? `follow-up-${id.slice(0, 12)}.json` : `follow-up-${table}-${id.slice(0, 12)}.csv`,
        mediaType: isJson ? 'application/json' : 'text/csv',
        content: isJson ? `${stableJson(result)}\n` : followUpCsv(result, table),
      };
    }),
  });
}

function info(manifest: ArtifactManifest): FollowUpInfo {
  const summary = manifest.summary as unknown as Pick<FollowUpInfo, 'genes' | 'nMonotone' | 'nSynergies'>;
  return {
    id: manifest.id,
    title: manifest.title,
    screen: manifest.inputs[0],
    genes: summary.genes,
    nMonotone: summary.nMonotone,
    nSynergies: summary.nSynergies,
    createdAt: manifest.createdAt,
  };
}
