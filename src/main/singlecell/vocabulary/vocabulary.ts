import { createHash } from 'node:crypto';
import { HUMAN_GENE_ID, MOUSE_GENE_ID, type Gene } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import type { Vocabulary } from '../types.ts';

export const PAD_TOKEN = 0;
export const MASK_TOKEN = 1;
export const SPECIAL_TOKENS = ['<pad>', '<mask>'] as const;

/** Mouse Ensembl id → Ensembl id of its human homolog. */
export type HomologTable = ReadonlyMap<string, string>;

/** Joins tokens and homologs to a vocabulary; the hash covers both, so two with the same hash are interchangeable. */
export function makeVocabulary(name: string, tokens: string[], homologs: Map<number, number>): Vocabulary {
  if (tokens[PAD_TOKEN] !== SPECIAL_TOKENS[0] || tokens[MASK_TOKEN] !== SPECIAL_TOKENS[1]) {
    throw new WorkbenchError(
      'data-format',
      `vocabulary ${name}: tokens 0 and 1 are not <pad> and <mask>; choose the token dictionary of the model.`,
    );
  }
  const seen = new Set(tokens);
  if (seen.size !== tokens.length) {
    throw new WorkbenchError(
      'data-format',
      `vocabulary ${name}: ${tokens.length - seen.size} tokens occur twice; choose a dictionary with one id per gene.`,
    );
  }
  for (const [mouse, human] of homologs) {
    if (!MOUSE_GENE_ID.test(tokens[mouse] ?? '') || !HUMAN_GENE_ID.test(tokens[human] ?? '')) {
      throw new WorkbenchError(
        'data-format',
        `vocabulary ${name}: homolog pair ${mouse} → ${human} does not lead from a mouse gene to a human gene; ` +
          'choose the homolog table that belongs to this token dictionary.',
      );
    }
  }
  const pairs = [...homologs].sort(([a], [b]) => a - b);
  const hash = createHash('sha256')
    .update(stableJson({ tokens, homologs: pairs }))
    .digest('hex');
  return { id: `${name}-${hash.slice(0, 12)}`, hash, tokens, homologs: new Map(pairs) };
}

/**
 * The vocabulary of a project's own genes in the published layout: `<pad>`, `<mask>`, human ids sorted, mouse ids sorted.
 *
 * A mouse gene with a human homolog gets both rows: cells are written with the human token, and the mouse row holds the
 * mouse prior. Where several mouse genes name one human homolog, the first by Ensembl id has it.
 *
 * Shape: `detections` holds, per gene, the number of cells that express it.
 * Source: spec/genecompass.md §1.4.
 */
export function buildOwnVocabulary(
  genes: readonly Gene[],
  detections: ArrayLike<number>,
  minCells: number,
  homologs: HomologTable = new Map(),
): Vocabulary {
  const human = new Set<string>();
  const mouse = new Set<string>();
  genes.forEach((gene, i) => {
    if (detections[i] < minCells) return;
    if (HUMAN_GENE_ID.test(gene.id)) human.add(gene.id);
    else if (MOUSE_GENE_ID.test(gene.id)) mouse.add(gene.id);
  });
  const mouseOfHuman = new Map<string, string>();
  for (const id of [...mouse].sort()) {
    const homolog = homologs.get(id);
    if (homolog !== undefined && HUMAN_GENE_ID.test(homolog) && !mouseOfHuman.has(homolog))
      mouseOfHuman.set(homolog, id);
  }
  for (const id of mouseOfHuman.keys()) human.add(id);
  if (human.size + mouse.size === 0) {
    throw new WorkbenchError(
      'invalid-input',
      `vocabulary: no gene with an Ensembl id is seen in at least ${minCells} cells; lower the fewest cells per gene.`,
    );
  }
  const tokens = [...SPECIAL_TOKENS, ...[...human].sort(), ...[...mouse].sort()];
  const tokenOf = new Map(tokens.map((token, i) => [token, i]));
  const pairs = new Map([...mouseOfHuman].map(([h, m]) => [tokenOf.get(m)!, tokenOf.get(h)!]));
  return makeVocabulary('own', tokens, pairs);
}

/** Token of each gene as cells are written: its own, or the human homolog's for a mouse gene; −1 outside the vocabulary. */
export function tokensOfGenes(vocabulary: Vocabulary, genes: readonly Gene[]): Int32Array {
  const tokenOf = new Map(vocabulary.tokens.map((token, i) => [token, i]));
  return Int32Array.from(genes, (gene) => {
    const own = tokenOf.get(gene.id);
    return own === undefined ? -1 : (vocabulary.homologs.get(own) ?? own);
  });
}

/** Throws conflict when two things that must speak of the same genes carry different vocabularies. */
export function requireSameVocabulary(
  expected: { id: string; hash: string },
  found: { id: string; hash: string },
  subject: string,
): void {
  if (expected.hash === found.hash) return;
  throw new WorkbenchError(
    'conflict',
    `${subject}: it was made with vocabulary ${found.id}, but ${expected.id} is needed, and the same token would mean ` +
      'different genes; prepare the cells again with the vocabulary of the model.',
    { details: { expected: expected.hash, found: found.hash } },
  );
}
