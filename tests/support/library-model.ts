import { statSync, writeFileSync } from 'node:fs';
import { LIBRARY_FORMAT, type LibraryModel } from '#shared/domain/library.ts';
import { ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { homologIndexOf } from '#genecompass/homologs.ts';
import { initialise } from '#genecompass/initialise.ts';
import { countParameters, writeModel } from '#genecompass/model-io.ts';
import type { Heads, Model, PriorTable } from '#genecompass/model.ts';
import { sha256OfFile } from '#library/file-hash.ts';
import { MODEL_FILE, modelsFolder, VOCABULARY_FILE } from '#library/layout.ts';
import { libraryModelId } from '#library/model-id.ts';
import { ModelLibrary } from '#library/model-library.ts';
import { describeVocabulary, mediansByToken, type VocabularyFile } from '#library/vocabulary-file.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';

export interface LibraryModelOptions {
  title?: string;
  /** Human ids, then mouse ids; the special tokens are added. */
  genes?: readonly string[];
  /** Mouse gene → human gene. */
  homologs?: ReadonlyMap<string, string>;
  medians?: ReadonlyMap<string, number> | null;
  /** False: as if no token dictionary had come with the model. */
  hasVocabulary?: boolean;
  heads?: Heads;
  seed?: number;
  /** Kept as it is, instead of a made-up one. */
  given?: Model;
}

const PRIORS = [
  { name: 'promoter', width: 6 },
  { name: 'co_exp', width: 5 },
  { name: 'gene_family', width: 4 },
  { name: 'peca_grn', width: 7 },
] as const;

/** A small model with four prior tables whose weights are like no fresh initialisation. */
export function makePublishedLike(
  vocabulary: { hash: string; tokens: readonly string[]; homologs: ReadonlyMap<number, number> },
  heads: Heads = { kind: 'masked' },
  seed = 3,
): Model {
  const config = ModelConfig.parse({
    nLayers: 2,
    nHeads: 2,
    width: 32,
    feedForwardWidth: 64,
    maxLength: 64,
    vocabularySize: vocabulary.tokens.length,
    vocabularyHash: vocabulary.hash,
    priors: [...PRIORS],
    initializerRange: 0.12,
  });
  const priors = PRIORS.map(({ name, width }): PriorTable => {
    const random = new CounterRandom(seed, `prior:${name}`);
    const table = Float32Array.from({ length: config.vocabularySize * width }, (_, i) =>
      i < 2 * width ? 0 : random.normal(i),
    );
    return { name, width, table };
  });
  const homologIndex = homologIndexOf(config.vocabularySize, vocabulary.homologs);
  return { config, parameters: initialise(config, heads, seed), priors, homologIndex };
}

/** Puts a model into the library as an import does. */
export async function putLibraryModel(
  dataFolder: string,
  {
    title = 'Tiny model',
    genes = ['ENSG00000066336', 'ENSG00000102145', 'ENSMUSG00000002111'],
    homologs = new Map(),
    medians = null,
    hasVocabulary = true,
    heads = { kind: 'masked' },
    seed = 3,
    given,
  }: LibraryModelOptions = {},
): Promise<{ stored: LibraryModel; model: Model; isNew: boolean }> {
  const tokens = ['<pad>', '<mask>', ...genes];
  const tokenOf = new Map(tokens.map((token, i) => [token, i]));
  const pairs = new Map([...homologs].map(([mouse, human]) => [tokenOf.get(mouse)!, tokenOf.get(human)!]));
  const vocabulary = makeVocabulary('imported', tokens, pairs);
  const model = given ?? makePublishedLike(vocabulary, heads, seed);
  const library = new ModelLibrary(modelsFolder(dataFolder));
  const draft = library.draft();
  const nParameters = countParameters(model);
  const classes =
    heads.kind === 'classifier' ? Array.from({ length: heads.classes }, (_, i) => `state ${i + 1}`) : null;
  const card = { origin: 'imported' as const, nTrainingCells: null, nParameters, scores: {}, notes: [] };
  writeFileSync(draft.path(MODEL_FILE), writeModel({ model, classes, card }));
  const file: VocabularyFile = {
    format: 1,
    id: vocabulary.id,
    hash: vocabulary.hash,
    tokens,
    homologs: [...vocabulary.homologs],
    medians: mediansByToken(tokens, medians),
  };
  if (hasVocabulary) writeFileSync(draft.path(VOCABULARY_FILE), JSON.stringify(file));
  const describeFile = async (name: string) => ({
    name,
    sizeBytes: statSync(draft.path(name)).size,
    sha256: await sha256OfFile(draft.path(name)),
  });
  const files = [await describeFile(MODEL_FILE), ...(hasVocabulary ? [await describeFile(VOCABULARY_FILE)] : [])];
  const sources = files.map((each) => ({ ...each, name: each.name.replace('model.safetensors', 'pytorch_model.bin') }));
  const { vocabularyHash: _, ...config } = model.config;
  const { model: stored, isNew } = await library.commit(draft, {
    format: LIBRARY_FORMAT,
    id: libraryModelId(sources),
    title,
    importedAt: '2026-01-02T03:04:05.000Z',
    config: model.config,
    classes,
    checkpoint: {
      fileName: 'pytorch_model.bin',
      format: 'pytorch',
      sizeBytes: files[0].sizeBytes,
      layout: 'scalar',
      config,
      heads: heads.kind === 'classifier' ? { kind: 'classifier', classes: heads.classes } : { kind: heads.kind },
      nTensors: 60,
      nElements: nParameters,
      nUniqueBytes: 4 * nParameters,
      nParameters,
      matchesBase: false,
      ties: [],
      homologs: { nChanged: homologs.size, injective: true },
      ignored: [],
      auxiliary: { tokens: null, homologs: null, medians: [], priors: [], geneNames: null, refused: [] },
      notes: [],
      warnings: [],
    },
    vocabulary: hasVocabulary ? describeVocabulary(file) : null,
    files,
    sources,
    warnings: [],
  });
  return { stored, model, isNew };
}
