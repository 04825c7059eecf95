import type { Species } from '#shared/domain/gene.ts';
import { LabResultsConfig } from '#shared/domain/lab-results.ts';
import { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { CALIBRATE } from '#shared/domain/steps.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput, EngineCallOutput } from '#jobs/engine-calls.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { EVALUATION_BLOBS, LAB_RESULTS_BLOBS, RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { calibrate as calibration } from '#ranking/calibration/calibrate.ts';
import { readOutcomes } from '#ranking/calibration/read-outcomes.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { readSmallTable } from '#singlecell/io/small-table.ts';
import { geneResolver, resolveGeneId } from './resources.ts';

/** Brings bench results in beside a ranking and compares the two; the ranking stays as it is. */
export async function calibrate(
  input: EngineCallInput<'calibrate'>,
  { project }: CallContext,
): Promise<EngineCallOutput<'calibrate'>> {
  if (!project) throw new WorkbenchError('internal', 'Results: their project is not open in the engine.');
  const { artifacts } = project;
  const config = LabResultsConfig.parse(input);
  const manifest = artifacts.get(input.ranking);
  const place = await diskPlace(config.input);
  const { outcomes, nLines } = readOutcomes(await readSmallTable(place), place.name, config);
  const resolve = resolveGeneId(await geneResolver(), speciesOf(artifacts, input.ranking));
  const report = calibration({
    ranking: input.ranking,
    genes: RankedGene.array().parse(artifacts.readJson(manifest.id, RANKING_BLOBS.genes)),
    report: RankingReport.parse(artifacts.readJson(manifest.id, RANKING_BLOBS.report)),
    outcomes,
    nLines,
    cut: config.cut,
    resolve,
  });
  if (report.nTested === 0) {
    throw new WorkbenchError(
      'not-found',
      `${place.name}: none of its ${outcomes.length} names is a gene of this ranking; choose the gene column or another ranking.`,
    );
  }
  const step = { step: CALIBRATE.command, stepVersion: CALIBRATE.version, config: { ...config } };
  const counts = { nTested: report.nTested, nHits: report.nHits };
  const results = artifacts.draft({
    ...step,
    kind: 'lab-results',
    title: `Results: ${place.name}`,
    inputs: [manifest.id],
  });
  results.blob(LAB_RESULTS_BLOBS.outcomes, outcomes);
  const { id: resultsId } = results.commit({ ...counts, nLines });
  const evaluation = artifacts.draft({
    ...step,
    kind: 'evaluation',
    title: `${manifest.title} against ${place.name}`,
    inputs: [manifest.id, resultsId],
  });
  evaluation.blob(EVALUATION_BLOBS.report, report);
  const { id } = evaluation.commit({ ...counts, cut: report.cut, isBetter: report.isBetter, verdict: report.verdict });
  return { id, results: resultsId, report };
}

/** Of the cells a ranking was made from. */
export function speciesOf(artifacts: ArtifactStore, ranking: string): Species {
  const screen = artifacts.get(artifacts.get(ranking).inputs[0]);
  const tokens = artifacts.get(ScreenConfig.parse(screen.config).tokens);
  return artifacts.get(tokens.inputs[0]).summary.species as Species;
}
