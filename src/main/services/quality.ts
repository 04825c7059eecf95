import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { QualityInfo } from '#shared/contract/quality.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { resolveQcRules } from '#shared/domain/qc-profiles.ts';
import type { QualityConfig, QualityReport } from '#shared/domain/quality.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import { newestQuality } from '#project/stored/newest-quality.ts';
import { QUALITY_BLOBS } from '#project/stored/quality-blobs.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.dataset);

/** Quality checks and what rules would keep. */
export function qualityHandlers({ workspace, engine }: ServiceDeps) {
  const artifacts = () => workspace.require().project.artifacts;
  return {
    check: os.check.handler(({ input }) => {
      const dataset = workspace.input('dataset', input.dataset);
      return workspace.start('quality', `Check ${dataset.title}`, { ...input, dataset: dataset.id });
    }),
    quality: os.quality.handler(({ input }): QualityInfo | null => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const { columns } = annotationsOf(workspace.require().project, dataset);
      // The report names states; of a column that is no longer open they are not told.
      const isOpen = ({ config }: ArtifactManifest) =>
        config.labelColumn === undefined || columns.find(({ name }) => name === config.labelColumn)?.privacy === 'open';
      const check = newestQuality(artifacts(), dataset.id, isOpen);
      return (
        check && {
          id: check.id,
          dataset: dataset.id,
          config: check.config as QualityConfig,
          report: artifacts().readJson<QualityReport>(check.id, QUALITY_BLOBS.report),
          createdAt: check.createdAt,
        }
      );
    }),
    qualityCounts: os.qualityCounts.handler(({ input, signal }) => {
      const { project } = workspace.require();
      const { id } = workspace.artifact('quality', input.quality);
      const rules = resolveQcRules(input.profile, input.rules);
      return engine.call('qualityCounts', { quality: id, rules }, { project, signal });
    }),
  };
}
