import { implement, ORPCError } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { CheckpointReport, LibraryModel } from '#shared/domain/library.ts';
import { modelCardText } from '#shared/provenance/model-card.ts';

const os = implement(contract.model);
/** Also in a browser, which has no timers of Node. */
export const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
const ID = 'c0'.repeat(16);

const config: CheckpointReport['config'] = {
  nLayers: 12,
  nHeads: 12,
  width: 768,
  feedForwardWidth: 3072,
  maxLength: 2048,
  vocabularySize: 50_558,
  learnedIds: true,
  priors: [
    { name: 'promoter', width: 768 },
    { name: 'co_exp', width: 768 },
    { name: 'gene_family', width: 768 },
    { name: 'peca_grn', width: 768 },
  ],
  valueEncoding: 'scalar',
  activation: 'gelu',
  dropout: 0.02,
  layerNormEps: 1e-12,
  initializerRange: 0.02,
};

export const checkpoint: CheckpointReport = {
  fileName: 'pytorch_model.bin',
  format: 'pytorch',
  sizeBytes: 1_152_000_000,
  layout: 'scalar',
  config,
  heads: { kind: 'masked' },
  nTensors: 234,
  nElements: 326_847_102,
  nUniqueBytes: 1_152_000_000,
  nParameters: 132_500_000,
  matchesBase: true,
  ties: [],
  homologs: { nChanged: 17_465, injective: true },
  ignored: ['emb_warmup.count'],
  auxiliary: {
    tokens: 'human_mouse_tokens.pickle',
    homologs: 'homologous_hm_token.pickle',
    medians: ['human_gene_median_after_filter.pickle'],
    priors: [],
    geneNames: null,
    refused: [],
  },
  notes: ['homologous_hm_token.pickle leads from mouse to human; 17465 mouse genes are written with a human token.'],
  warnings: [],
};

export const libraryModel: LibraryModel = {
  format: 1,
  id: ID,
  title: 'GeneCompass Base',
  importedAt: '2026-03-03T08:55:00.000Z',
  config: { ...config, vocabularyHash: 'd'.repeat(64) },
  classes: null,
  checkpoint,
  vocabulary: {
    id: 'published-dddddddddddd',
    hash: 'd'.repeat(64),
    nTokens: 50_558,
    nHumanGenes: 23_113,
    nMouseGenes: 27_443,
    nHomologs: 17_465,
    nMedians: 21_000,
  },
  files: [
    { name: 'model.safetensors', sizeBytes: 1_150_000_000, sha256: 'e'.repeat(64) },
    { name: 'vocabulary.json', sizeBytes: 1_400_000, sha256: 'f'.repeat(64) },
  ],
  sources: [{ name: 'pytorch_model.bin', sizeBytes: 1_152_000_000, sha256: 'a'.repeat(64) }],
  warnings: [],
};

/** A model of another size that came alone. */
export const bareCheckpoint: CheckpointReport = {
  ...checkpoint,
  fileName: 'model.safetensors',
  format: 'safetensors',
  layout: 'fused',
  config: { ...config, nLayers: 6, width: 384, priors: [] },
  nTensors: 118,
  nElements: 41_203_118,
  matchesBase: false,
  homologs: null,
  auxiliary: {
    tokens: null,
    homologs: null,
    medians: [],
    priors: [],
    geneNames: null,
    refused: [{ file: 'tokens.pickle', reason: 'it names posix.system; only plain data is read' }],
  },
  warnings: ['It has no homolog index: mouse cells use the prior knowledge of the human genes.'],
};

export const IMPORTED = { modelId: '1'.repeat(64) as ArtifactId, vocabularyId: '2'.repeat(64) as ArtifactId };

export interface FakeLibraryOptions {
  tickMs: number;
  isEmpty?: boolean;
  /** Called when a project takes a model. */
  onUse?: () => void;
}

/** Model library with one model, and an import that takes a few ticks. */
export function fakeLibrary({ tickMs, isEmpty = false, onUse }: FakeLibraryOptions) {
  let models = isEmpty ? [] : [libraryModel];
  const card = () => ({
    model: libraryModel,
    fileName: 'model.md',
    mediaType: 'text/markdown',
    content: modelCardText(libraryModel),
  });
  const found = (ref: string): LibraryModel => {
    const model = models.find(({ id }) => ref === 'latest' || id.startsWith(ref));
    if (!model) throw new ORPCError('not-found', { message: `Model ${ref}: the library holds none with this id.` });
    return model;
  };
  const reading = async function* (stage: string, signal?: AbortSignal) {
    for (let done = 0; done <= 4; done++) {
      const progress = { stage, done: 288 * done, total: 1152, unit: 'MB', ratePerSecond: null, etaMs: null };
      yield { type: 'progress' as const, progress: { ...progress, memoryBytes: null } };
      await pause(tickMs);
      signal?.throwIfAborted();
    }
  };
  return {
    inspect: os.inspect.handler(({ input }) => {
      if (/broken/.test(input.input))
        throw new ORPCError('data-format', {
          message: 'pytorch_model.bin: it asks to run posix.system, which a checkpoint never needs; use another copy.',
        });
      return /bare/.test(input.input) ? bareCheckpoint : checkpoint;
    }),
    import: os.import.handler(async function* ({ signal }) {
      yield* reading('Importing', signal);
      const isNew = models.length === 0;
      models = [libraryModel];
      yield { type: 'done' as const, result: { id: ID, isNew, ...card() } };
    }),
    library: os.library.handler(() =>
      models.map(({ id, title, importedAt }) => ({
        id,
        title,
        nParameters: checkpoint.nParameters,
        nLayers: 12,
        width: 768,
        maxLength: 2048,
        layout: 'scalar' as const,
        heads: 'masked' as const,
        nGenes: 50_556,
        sizeBytes: 1_151_400_000,
        importedAt,
        problem: null,
      })),
    ),
    show: os.show.handler(({ input }) => (found(input.model), card())),
    verify: os.verify.handler(async function* ({ input }) {
      const { id, title } = found(input.model);
      yield* reading('Reading');
      yield { type: 'done' as const, result: { id, title, intact: true as const } };
    }),
    remove: os.remove.handler(({ input }) => {
      const { id, title } = found(input.model);
      if (!input.confirm) throw new ORPCError('conflict', { message: `${title}: closed projects may refer to it.` });
      models = [];
      return { id, title };
    }),
    use: os.use.handler(({ input }) => {
      const { title } = found(input.model);
      onUse?.();
      return { ...IMPORTED, title, warnings: [] };
    }),
  };
}
