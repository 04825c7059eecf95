import { z } from 'zod';
import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import type { LibraryVocabulary } from '#shared/domain/library.ts';

/** The token dictionary of an imported model, with its homologs and medians, as one JSON file. */
export const VocabularyFile = z.object({
  format: z.literal(1),
  id: z.string(),
  hash: z.string(),
  /** Token id = index. */
  tokens: z.array(z.string()).min(2),
  /** Mouse token, human token. */
  homologs: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])),
  /** Non-zero median of each token's own gene, null where there is none; null where no medians were imported. */
  medians: z.array(z.number().positive().nullable()).nullable(),
});
export type VocabularyFile = z.infer<typeof VocabularyFile>;

/** Medians by Ensembl id → by token; what is not a positive number counts as missing. */
export function mediansByToken(
  tokens: readonly string[],
  medians: ReadonlyMap<string, number> | null,
): (number | null)[] | null {
  if (!medians) return null;
  return tokens.map((token) => {
    const median = medians.get(token);
    return median !== undefined && median > 0 && Number.isFinite(median) ? median : null;
  });
}

export function describeVocabulary(file: VocabularyFile): LibraryVocabulary {
  const { id, hash, tokens, homologs, medians } = file;
  const count = (pattern: RegExp) => tokens.reduce((n, token) => n + (pattern.test(token) ? 1 : 0), 0);
  return {
    id,
    hash,
    nTokens: tokens.length,
    nHumanGenes: count(HUMAN_GENE_ID),
    nMouseGenes: count(MOUSE_GENE_ID),
    nHomologs: homologs.length,
    nMedians: medians && medians.reduce((n: number, median) => n + (median === null ? 0 : 1), 0),
  };
}
