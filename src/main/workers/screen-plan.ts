import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import { planScreen } from '#screen/plan.ts';
import type { Dataset, ObsColumn } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelOrigin, stateLabels } from './labels.ts';
import { describeGenes, geneResolver, resolveGeneId } from './resources.ts';
import { readTokens } from './tokens-store.ts';

/** What a screen perturbs, and where its states and sub-groups come from; the weights of the model are not needed. */
export async function storedScreenPlan(
  project: Project,
  config: Omit<ScreenConfig, 'device'>,
  { model, maxLength }: { model: ArtifactManifest; maxLength: number },
) {
  const stored = readTokens(project.artifacts, config.tokens, config);
  const dataset = openStoredDataset(project.artifacts, stored.dataset);
  const place = { dataset, manifest: stored.dataset };
  const labels = stateLabels(
    project,
    place,
    config.labelColumn,
    config.labelSource ?? sourceOfModel(model, config.labelColumn),
  );
  const origin = labelOrigin(labels);
  const subgroups =
    config.subgroupColumn === undefined ? null : stateLabels(project, place, config.subgroupColumn, undefined);
  const resolver = await geneResolver();
  const plan = planScreen({
    config: { ...config, ...origin.config },
    tokens: stored.tokens,
    vocabulary: stored.vocabulary,
    labels: { name: labels.column, kind: 'categorical', ...labels },
    donors: config.donorColumn ? columnOf(dataset, config.donorColumn, stored.dataset.title) : null,
    subgroups: subgroups && { name: subgroups.column, kind: 'categorical', ...subgroups },
    genes: describeGenes(resolver, dataset.genes, dataset.species),
    detections: stored.detections,
    maxLength,
    resolve: resolveGeneId(resolver, dataset.species),
  });
  return { stored, plan, origin, subgroups };
}

/** A classifier of computed states knows them by the names of one map or set of labels. */
function sourceOfModel({ summary, config }: ArtifactManifest, column: string): string | undefined {
  const isSame = column.startsWith('@') && summary.labelColumn === column;
  return isSame ? (config.labelSource as string | undefined) : undefined;
}

function columnOf(dataset: Dataset, name: string, title: string): ObsColumn {
  const column = dataset.obs.find((each) => each.name === name);
  if (column) return column;
  throw new WorkbenchError(
    'not-found',
    `${title}: it has no column "${name}"; it has ${dataset.obs.map((each) => each.name).join(', ') || 'none'}.`,
  );
}
