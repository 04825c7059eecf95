import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import type { TokensExportReport } from '#shared/domain/tokens.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { readTokenDictionary } from '#genecompass/checkpoint/auxiliary/token-dictionary.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput } from '#jobs/engine-calls.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import type { Project } from '#project/project.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { type OutCells, writeTokenFolder } from '#singlecell/io/hf-arrow/write-token-folder.ts';
import { noSuchColumn } from '#singlecell/io/missing.ts';
import type { ObsColumn, Vocabulary } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { refusePrivateColumn } from './labels.ts';
import { readTokenIds, readVocabulary } from './tokens-store.ts';

/** Lists of the published data sets have as many entries as the model reads genes. */
const PUBLISHED_LENGTH = PreprocessConfig.shape.maxLength.unwrap().maxValue!;

/** Writes a token set of the project, in the clear, as a folder of the library `datasets`. */
export async function exportTokens(
  config: EngineCallInput<'exportTokens'>,
  { project, signal, progress }: CallContext,
): Promise<TokensExportReport> {
  if (!project) throw new WorkbenchError('internal', 'Prepared cells: their project is not open in the engine.');
  const { artifacts } = project;
  const { format } = config;
  const out = path.resolve(config.out);
  if (!existsSync(path.dirname(out)))
    throw new WorkbenchError('not-found', `${path.basename(out)}: its folder does not exist; make it first.`);
  const manifest = artifacts.get(config.tokens);
  const dataset = artifacts.get(manifest.inputs[0]);
  const vocabulary = readVocabulary(artifacts, artifacts.get(manifest.inputs[1]));
  const obs = chosenColumns(project, dataset, config.columns);
  const target = targetOf(vocabulary, config.dictionary, format);
  const cells = storedCells(artifacts, manifest, target);
  const warnings = warningsOf(manifest, config, target);
  const paddedTo = (config.padded ?? format === 'genecompass') ? Math.max(PUBLISHED_LENGTH, cells.longest) : null;
  const { id } = manifest;
  const name = target.dictionary ?? vocabulary.id;
  const hash = createHash('sha256').update(stableJson(target.tokens)).digest('hex');

  const written = await writeTokenFolder(
    out,
    { ...cells, obs, obsRows: cells.rows },
    {
      format,
      paddedTo,
      fingerprint: createHash('sha256')
        .update(stableJson({ id, format, paddedTo, columns: config.columns, hash }))
        .digest('hex')
        .slice(0, 16),
      description: `Rank-value encoded cells of GeneCompass Workbench, artifact ${id}. Token numbers: ${name} (token_dictionary.json).`,
      extras: {
        'token_dictionary.json': JSON.stringify(Object.fromEntries(target.tokens.map((text, token) => [text, token]))),
      },
      signal,
      onCells: async (done, total) => {
        progress('Writing cells', done, total, 'cells');
        await setImmediate();
      },
    },
  );
  const share = cells.nLeftOut() / Math.max(1, cells.nTokens);
  if (share > 0)
    warnings.push(
      `${(100 * share).toFixed(1)} % of the tokens are genes that ${name} does not have; they are left out.`,
    );
  return {
    out,
    nCells: cells.nCells,
    ...written,
    vocabulary: name,
    vocabularyHash: target.dictionary === null ? vocabulary.hash : hash,
    columns: config.columns,
    genesLeftOut: target.nMissing,
    tokensLeftOut: share,
    warnings,
  };
}

interface Target {
  tokens: readonly string[];
  /** File name of another dictionary; null where the numbers stay. */
  dictionary: string | null;
  /** Number of each token in the target, -1 where it has none; null where the numbers stay. */
  numberOf: Int32Array | null;
  /** Genes of the vocabulary that the target does not have. */
  nMissing: number;
  /** `<cls>` and `<eos>` of Geneformer's second version, put around the genes. */
  frame: { first: number; last: number } | null;
}

function targetOf(vocabulary: Vocabulary, dictionary: string | undefined, format: string): Target {
  if (dictionary === undefined)
    return { tokens: vocabulary.tokens, dictionary: null, numberOf: null, nMissing: 0, frame: null };
  const { tokens } = readTokenDictionary(dictionary);
  const tokenOf = new Map(tokens.map((text, token) => [text, token]));
  const numberOf = Int32Array.from(vocabulary.tokens, (text) => tokenOf.get(text) ?? -1);
  const [first, last] = [tokenOf.get('<cls>'), tokenOf.get('<eos>')];
  return {
    tokens,
    dictionary: path.basename(dictionary),
    numberOf,
    nMissing: numberOf.reduce((n, token) => n + Number(token < 0), 0),
    frame: format === 'geneformer' && first !== undefined && last !== undefined ? { first, last } : null,
  };
}

/** Cells as they lie in the project, a stretch in memory at a time. */
function storedCells(artifacts: ArtifactStore, manifest: ArtifactManifest, { numberOf, frame }: Target) {
  const { id } = manifest;
  const offsets = artifacts.readTyped(id, TOKENS_BLOBS.offsets, 'float64');
  const nCells = offsets.length - 1;
  const nFrame = frame ? 2 : 0;
  let nLeftOut = 0;
  let longest = 0;
  for (let cell = 0; cell < nCells; cell++) longest = Math.max(longest, offsets[cell + 1] - offsets[cell] + nFrame);
  return {
    nCells,
    nTokens: offsets[nCells] + nFrame * nCells,
    longest,
    rows: artifacts.readTyped(id, TOKENS_BLOBS.cellIndex, 'int32'),
    nLeftOut: () => nLeftOut,
    cells(start: number, end: number): OutCells {
      const [from, n] = [offsets[start], offsets[end] - offsets[start]];
      const read = {
        tokenIds: readTokenIds(artifacts, manifest, from, n),
        values: artifacts.readTyped(id, TOKENS_BLOBS.values, 'float32', from, n),
        species: artifacts.readTyped(id, TOKENS_BLOBS.species, 'uint8', start, end - start),
        offsets: Int32Array.from(offsets.subarray(start, end + 1), (offset) => offset - from),
      };
      if (!numberOf) return read;
      const tokenIds = new Int32Array(n + nFrame * (end - start));
      const values = new Float32Array(tokenIds.length);
      const moved = new Int32Array(end - start + 1);
      let at = 0;
      for (let row = 0; row < end - start; row++) {
        if (frame) tokenIds[at++] = frame.first;
        for (let i = read.offsets[row]; i < read.offsets[row + 1]; i++) {
          const token = numberOf[read.tokenIds[i]];
          if (token < 0) {
            nLeftOut++;
            continue;
          }
          tokenIds[at] = token;
          values[at++] = read.values[i];
        }
        if (frame) tokenIds[at++] = frame.last;
        moved[row + 1] = at;
      }
      return { ...read, offsets: moved, tokenIds: tokenIds.subarray(0, at), values: values.subarray(0, at) };
    },
  };
}

/** Throws not-found, and invalid-input for a column that is to be told nowhere. */
function chosenColumns(project: Project, manifest: ArtifactManifest, names: readonly string[]): ObsColumn[] {
  if (names.length === 0) return [];
  const { obs } = openStoredDataset(project.artifacts, manifest);
  return names.map((name) => {
    const column = obs.find((each) => each.name === name);
    if (!column)
      throw noSuchColumn(
        manifest.title,
        name,
        obs.map((each) => each.name),
      );
    refusePrivateColumn(manifest, name, project);
    return column;
  });
}

function warningsOf(
  { summary }: ArtifactManifest,
  { format, dictionary }: EngineCallInput<'exportTokens'>,
  { frame }: Target,
): string[] {
  const warnings = ['The folder holds cells of the project in the clear; keep it where such data may lie.'];
  if (format === 'geneformer') {
    warnings.push(
      `Ranks are by the gene medians of this workbench's preparation, not by those of Geneformer${
        dictionary === undefined
          ? ', and the numbers are those of its vocabulary; give Geneformer its own dictionary'
          : ''
      }.`,
    );
    if (frame) warnings.push('<cls> and <eos> of the dictionary stand around the genes of each cell.');
  } else if (summary.hasValues === false) {
    warnings.push('The cells came without values; those written are 1 throughout.');
  }
  return warnings;
}
