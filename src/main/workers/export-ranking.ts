import { RankingReport, RankedGene } from '#shared/domain/ranking.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { commandsFor, SHORT_ID_LENGTH } from '#shared/provenance/command.ts';
import { methodsParagraph } from '#shared/provenance/methods.ts';
import { referencesFor } from '#shared/provenance/references.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput, EngineCallOutput } from '#jobs/engine-calls.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { StoredGroupEffects } from '#project/stored/group-effects.ts';
import { RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { exportRanking as exportFile } from '#ranking/exports/export-ranking.ts';
import type { ReportInput } from '#ranking/report/content.ts';
import { screenPlanFromBlobs } from '#screen/blobs.ts';
import { geneTableCredits, programVersion, programVersions } from './version.ts';

/** A stored ranking as a file. */
export async function exportRanking(
  { ranking, ...choice }: EngineCallInput<'exportRanking'>,
  { project }: CallContext,
): Promise<EngineCallOutput<'exportRanking'>> {
  if (!project) throw new WorkbenchError('internal', 'Ranking: its project is not open in the engine.');
  const { fileName, mediaType, bytes } = await exportFile(
    ranking,
    await reportInput(project.artifacts, ranking),
    choice,
  );
  const encoding = isText(mediaType) ? 'utf8' : 'base64';
  return { fileName, mediaType, encoding, content: Buffer.from(bytes).toString(encoding) };
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType.endsWith('+xml');
}

/** All a report needs to know of a stored ranking. */
export async function reportInput(artifacts: ArtifactStore, id: string): Promise<ReportInput> {
  const manifest = artifacts.get(id);
  const screenManifest = artifacts.get(manifest.inputs[0]);
  const { readOut, dosePercentile } = ScreenConfig.parse(screenManifest.config);
  const plan = await screenPlanFromBlobs((name) => Promise.resolve(artifacts.read(screenManifest.id, name)));
  const chain = [...artifacts.ancestry(id), manifest];
  const version = programVersion();
  const genes = RankedGene.array().parse(artifacts.readJson(id, RANKING_BLOBS.genes));
  const groups = new StoredGroupEffects(artifacts, manifest).every();
  return {
    report: RankingReport.parse(artifacts.readJson(id, RANKING_BLOBS.report)),
    genes,
    groupsOf: (geneId) => groups.of(geneId),
    screen: {
      readOut,
      dosePercentile,
      nCells: plan.cells.length,
      replicateUnit: plan.replicateUnit,
      nReplicates: plan.nReplicates,
    },
    provenance: {
      chain: chain.map(({ id: each, kind, title }) => ({ id: each, kind, title })),
      methods: methodsParagraph(chain, version),
      references: referencesFor(chain),
      commands: [
        ...new Set(chain.flatMap((each) => commandsFor(each, 'names'))),
        `gcw ranking export --project PROJECT --ranking ${id.slice(0, SHORT_ID_LENGTH)} --format zip --out FILE`,
      ],
      versions: programVersions(),
    },
    credits: geneTableCredits(),
    version,
  };
}
