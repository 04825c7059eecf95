import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ClassifierReport } from '#shared/domain/training.ts';
import { countParameters, modelBlocks, readModel, type StoredModel } from '#genecompass/model-io.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import type { JobContext } from '#jobs/worker.ts';
import { libraryReference, loadReference } from './library.ts';
import type { StoredTokens } from './tokens-store.ts';

export interface HistoryPoint {
  series: string;
  step: number;
  value: number;
}

/** Curves of a training, after what a stopped run had `recorded`: each point is kept and told to whoever watches the job. */
export function recordHistory(
  context: { metric(series: string, step: number, value: number): void },
  recorded: readonly HistoryPoint[] = [],
) {
  const history = [...recorded];
  const record = (series: string, step: number, value: number | null): void => {
    if (value === null || !Number.isFinite(value)) return;
    history.push({ series, step, value });
    context.metric(series, step, value);
  };
  return { history, record };
}

/** Keeps a trained model with its curves and, when fine-tuned, its report. */
export function storeModel(
  artifacts: ArtifactStore,
  plan: Parameters<ArtifactStore['draft']>[0],
  kept: {
    stored: Omit<StoredModel, 'card'> & { card: Omit<StoredModel['card'], 'nParameters'> };
    history: readonly HistoryPoint[];
    report?: ClassifierReport;
  },
  summary: Record<string, unknown>,
): ArtifactManifest {
  const { model, classes, card } = kept.stored;
  const nParameters = countParameters(model);
  const draft = artifacts.draft(plan);
  const parameters = draft.blobWriter(MODEL_BLOBS.parameters);
  for (const block of modelBlocks({ model, classes, card: { ...card, nParameters } })) parameters.write(block);
  parameters.finish();
  draft.blob(MODEL_BLOBS.history, kept.history);
  if (kept.report) draft.blob(MODEL_BLOBS.report, kept.report);
  const { nLayers, width } = model.config;
  return draft.commit({ ...summary, nLayers, width, nParameters, model: model.config });
}

/**
 * A stored model for cells of its vocabulary; imported weights are read from the library and checked against their hash.
 *
 * Throws: conflict when the cells were prepared with another vocabulary; not-found when the library lost the model.
 */
export async function loadModel(
  context: Pick<JobContext, 'project' | 'signal' | 'progress'>,
  id: string,
  { vocabulary }: Pick<StoredTokens, 'vocabulary'>,
): Promise<StoredModel & { manifest: ArtifactManifest }> {
  const { artifacts } = context.project;
  const manifest = artifacts.get(id);
  const reference = libraryReference(artifacts, manifest);
  if (!reference) {
    return { ...readModel(artifacts.read(id, MODEL_BLOBS.parameters), manifest.title, vocabulary.hash), manifest };
  }
  const stored = await loadReference(reference, {
    vocabularyHash: vocabulary.hash,
    signal: context.signal,
    onBytes: (done, total) => context.progress('Checking the model', done / 1e6, total / 1e6, 'MB'),
  });
  return { ...stored, manifest };
}
