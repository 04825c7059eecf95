import { type Heads, type Model, type PriorTable } from '#genecompass/model.ts';
import { initialise } from '#genecompass/initialise.ts';
import type { HeldCellTokens } from '#genecompass/cells.ts';
import { ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';

export const TINY_VOCABULARY = 40;

/** A model small enough for the naive reference, with weights spread wide enough that every path matters. */
export function makeTinyModel(heads: Heads, changes: Partial<ModelConfig> = {}, seed = 5): Model {
  const config = ModelConfig.parse({
    nLayers: 2,
    nHeads: 2,
    width: 8,
    feedForwardWidth: 16,
    maxLength: 40,
    vocabularySize: TINY_VOCABULARY,
    vocabularyHash: 'tiny',
    priors: [
      { name: 'promoter', width: 5 },
      { name: 'co_exp', width: 3 },
    ],
    dropout: 0,
    initializerRange: 0.3,
    ...changes,
  });
  const priors: PriorTable[] = config.priors.map(({ name, width }) => {
    const random = new CounterRandom(seed, `prior:${name}`);
    const table = Float32Array.from({ length: TINY_VOCABULARY * width }, (_, i) =>
      i < 2 * width ? 0 : random.normal(i),
    );
    return { name, width, table };
  });
  // Tokens 2 to 9 are human genes with homologs 20 to 27.
  const homologIndex = Int32Array.from({ length: TINY_VOCABULARY }, (_, t) => (t >= 2 && t < 10 ? t + 18 : t));
  return { config, parameters: initialise(config, heads, seed), priors, homologIndex };
}

/** Cells of the given lengths with distinct tokens and falling values; species alternate. */
export function makeCells(lengths: readonly number[], seed = 9): HeldCellTokens {
  const offsets = new Float64Array(lengths.length + 1);
  lengths.forEach((length, c) => (offsets[c + 1] = offsets[c] + length));
  const tokenIds = new Int32Array(offsets[lengths.length]);
  const values = new Float32Array(tokenIds.length);
  lengths.forEach((length, c) => {
    const order = new CounterRandom(seed, `cell:${c}`).permutation(TINY_VOCABULARY - 2);
    for (let i = 0; i < length; i++) {
      tokenIds[offsets[c] + i] = 2 + order[i];
      values[offsets[c] + i] = 4 - (3 * i) / length;
    }
  });
  return { nCells: lengths.length, offsets, tokenIds, values, species: Uint8Array.from(lengths, (_, c) => c % 2) };
}
