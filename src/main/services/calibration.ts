import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { CalibrationReport } from '#shared/domain/lab-results.ts';
import { EVALUATION_BLOBS } from '#project/stored/result-blobs.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.ranking);

/** Bench results and what they say of a ranking. */
export function calibrationHandlers({ workspace, engine }: ServiceDeps) {
  return {
    calibrate: os.calibrate.handler(({ input, signal }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      const { project } = workspace.require();
      return engine.call('calibrate', { ...input, ranking: id }, { project, signal });
    }),
    calibrations: os.calibrations.handler(({ input }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      const { artifacts } = workspace.require().project;
      return artifacts
        .list({ kind: 'evaluation' })
        .filter(({ inputs }) => inputs[0] === id)
        .map((manifest) => ({
          id: manifest.id,
          results: manifest.inputs[1],
          title: manifest.title,
          report: artifacts.readJson<CalibrationReport>(manifest.id, EVALUATION_BLOBS.report),
          createdAt: manifest.createdAt,
        }));
    }),
  };
}
