import type { ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { percentileDoses, tokenStatistics } from '#singlecell/perturb/dose.ts';
import { FIRST_GENE_TOKEN } from '#singlecell/perturb/operators.ts';
import { matchedNullGenes } from '#singlecell/statistics/matched-null.ts';
import type { TokenSet, Vocabulary } from '#singlecell/types.ts';
import type { PlannedGene, ScreenGene, ScreenPlan } from './types.ts';

/** Finds the gene id a name stands for; null where no gene is known by it. */
export type ResolveGene = (name: string) => string | null;

interface Gene extends ScreenGene {
  /** Cells of the dataset that express it. */
  detections: number;
  /** −1 where the vocabulary does not know the gene. */
  tokenId: number;
}

/**
 * Candidates that pass the gate, their expression-matched null genes, and why others are not ranked.
 *
 * Throws: `not-found` when no candidate is left, with the reasons.
 */
export function chooseGenes(input: {
  config: Omit<ScreenConfig, 'device'>;
  tokens: TokenSet;
  vocabulary: Vocabulary;
  genes: readonly ScreenGene[];
  detections: ArrayLike<number>;
  maxLength: number;
  resolve?: ResolveGene;
}): Pick<ScreenPlan, 'genes' | 'notRanked'> {
  const { config, tokens, vocabulary, maxLength } = input;
  const statistics = tokenStatistics(tokens, vocabulary.tokens.length, maxLength);
  const known = withTokens(input, vocabulary);
  const { wanted, notRanked } = wantedGenes(config.genes, known, input.resolve);
  // The gate asks the dataset: in a model that reads few genes of a cell, many a regulator is rarely among the tokens.
  const isRead = (gene: Gene) => gene.tokenId >= 0 && statistics.detections[gene.tokenId] > 0;
  const passes = (gene: Gene) => gene.detections >= config.minDetections && isRead(gene);
  for (const gene of wanted) {
    if (!passes(gene)) notRanked.push({ gene: gene.symbol, reason: whyNot(gene, config.minDetections) });
  }
  const candidates = firstOfToken(wanted.filter(passes));
  if (candidates.length === 0) throw noneLeft(config.genes, notRanked);
  const isCandidate = new Set(candidates.map((gene) => gene.tokenId));
  const others = firstOfToken(known.filter((gene) => passes(gene) && !isCandidate.has(gene.tokenId)));
  // Every gene a candidate: the null is drawn among them, which is cautious, since true regulators widen it.
  const pool = others.length > 0 ? others : candidates;
  const both = [...new Set([...candidates, ...pool])];
  const chosen = matchedNullGenes(
    {
      detections: both.map((gene) => gene.detections),
      meanValues: both.map((gene) => statistics.meanValues[gene.tokenId]),
    },
    both.flatMap((gene, i) => (isCandidate.has(gene.tokenId) ? [i] : [])),
    both.flatMap((gene, i) => (others.length === 0 || !isCandidate.has(gene.tokenId) ? [i] : [])),
    { nGenes: config.nNullGenes, seed: config.seed },
  );
  const nullTokens = new Set(chosen.map((i) => both[i].tokenId));
  const planned = [...candidates, ...others.filter((gene) => nullTokens.has(gene.tokenId))];
  const doses = percentileDoses(
    tokens,
    statistics,
    planned.map((gene) => gene.tokenId),
    { percentile: config.dosePercentile, maxLength },
  );
  const genes = planned.map((gene, i): PlannedGene => ({
    tokenId: gene.tokenId,
    geneId: gene.id,
    symbol: gene.symbol,
    isTranscriptionFactor: gene.isTranscriptionFactor,
    isCandidate: isCandidate.has(gene.tokenId),
    isNull: nullTokens.has(gene.tokenId),
    dose: doses[i],
    detections: statistics.detections[gene.tokenId],
    meanValue: statistics.meanValues[gene.tokenId],
  }));
  return { genes: genes.sort((a, b) => a.tokenId - b.tokenId), notRanked };
}

/** Token of each gene; a mouse gene with a human homolog is written with the human token. */
function withTokens(
  { genes, detections }: { genes: readonly ScreenGene[]; detections: ArrayLike<number> },
  vocabulary: Vocabulary,
): Gene[] {
  const tokenOf = new Map(vocabulary.tokens.map((id, token) => [id, token]));
  return genes.map((gene, i) => {
    const own = tokenOf.get(gene.id) ?? -1;
    const tokenId = own < FIRST_GENE_TOKEN ? -1 : (vocabulary.homologs.get(own) ?? own);
    return { ...gene, tokenId, detections: detections[i] };
  });
}

function wantedGenes(wish: ScreenConfig['genes'], known: readonly Gene[], resolve?: ResolveGene) {
  const notRanked: ScreenPlan['notRanked'] = [];
  if (wish === 'all') return { wanted: [...known], notRanked };
  if (wish === 'tf') return { wanted: known.filter((gene) => gene.isTranscriptionFactor), notRanked };
  const byName = new Map<string, Gene>();
  // Ids last: where a symbol of one gene is written like the id of another, the id is meant.
  for (const gene of known) if (!byName.has(gene.symbol.toUpperCase())) byName.set(gene.symbol.toUpperCase(), gene);
  for (const gene of known) byName.set(gene.id.toUpperCase(), gene);
  const wanted = new Set<Gene>();
  for (const name of wish) {
    const wanting = name.trim();
    if (wanting === '') continue;
    const resolved = byName.get(wanting.toUpperCase()) ?? byName.get(resolve?.(wanting)?.toUpperCase() ?? '');
    if (resolved) wanted.add(resolved);
    else notRanked.push({ gene: wanting, reason: 'not measured in this dataset, or not a gene name' });
  }
  return { wanted: [...wanted], notRanked };
}

function firstOfToken(genes: readonly Gene[]): Gene[] {
  const seen = new Set<number>();
  return genes.filter((gene) => !seen.has(gene.tokenId) && seen.add(gene.tokenId));
}

function whyNot(gene: Gene, gate: number): string {
  if (gene.detections === 0) return 'no cell expresses it';
  if (gene.detections < gate)
    return `expressed by ${gene.detections} ${gene.detections === 1 ? 'cell' : 'cells'}, the detection gate is ${gate}`;
  if (gene.tokenId < 0) return 'not in the vocabulary of the prepared cells';
  return 'never among the genes the model reads of a cell';
}

function noneLeft(wish: ScreenConfig['genes'], notRanked: ScreenPlan['notRanked']): WorkbenchError {
  const subject = wish === 'tf' ? 'transcription factors' : wish === 'all' ? 'genes' : 'gene list';
  if (notRanked.length === 0) {
    const fact = wish === 'tf' ? 'none is flagged in this dataset' : 'it is empty';
    return new WorkbenchError('not-found', `${subject}: ${fact}; give a list of genes or choose another set.`);
  }
  const shown = notRanked.slice(0, 10).map(({ gene, reason }) => `${gene}: ${reason}`);
  const more = notRanked.length > 10 ? ` (and ${notRanked.length - 10} more)` : '';
  return new WorkbenchError(
    'not-found',
    `${subject}: no gene is left to screen (${shown.join('; ')})${more}; choose genes the cells express or lower the detection gate.`,
    { details: { notRanked: notRanked.slice(0, 200) } },
  );
}
