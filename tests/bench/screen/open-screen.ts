import type { ScreenConfig } from '#shared/domain/screen.ts';
import type { Project } from '#project/project.ts';
import { planScreen } from '#screen/plan.ts';
import { encoderInput } from '#screen/state-embeddings.ts';
import { openStoredDataset } from '#workers/dataset-store.ts';
import { loadModel } from '#workers/model-store.ts';
import { describeGenes, geneResolver } from '#workers/resources.ts';
import { readTokens } from '#workers/tokens-store.ts';

/** Plan, cells and weights of a screen, as its worker has them. */
export async function openScreen(project: Project, { device: _device, ...config }: ScreenConfig) {
  const stored = readTokens(project.artifacts, config.tokens, config);
  const dataset = openStoredDataset(project.artifacts, stored.dataset);
  const context = { project, signal: new AbortController().signal, progress: () => undefined };
  const { model, classes } = await loadModel(context, config.model, stored);
  const plan = planScreen({
    config,
    tokens: stored.tokens,
    vocabulary: stored.vocabulary,
    labels: dataset.obs.find(({ name }) => name === config.labelColumn)!,
    donors: null,
    genes: describeGenes(await geneResolver(), dataset.genes, dataset.species),
    detections: stored.detections,
    maxLength: model.config.maxLength,
  });
  const inputs = (cell: number) => encoderInput(stored.tokens, cell, plan.maxLength);
  return { plan, tokens: stored.tokens, model, classes, inputs };
}
