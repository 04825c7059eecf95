import type { RankedGene } from '#shared/domain/ranking.ts';
import type { WhyReport } from '#shared/why/why-card.ts';
import { whyInWords } from '../why.ts';
import { type Block, hint, type Section, section } from './blocks.ts';

/** Genes that are told about in words; the tables have the words of all. */
const TOLD = 5;

/** What speaks for the first genes and what against them, in sentences. */
export function whySection(genes: readonly RankedGene[], report: WhyReport): Section[] {
  const first = genes.slice(0, TOLD);
  if (first.length === 0) return [];
  const blocks = first.flatMap((gene): Block[] => {
    const { says, doubts } = whyInWords(gene, report);
    return [
      { kind: 'heading', text: `${gene.rank}. ${gene.symbol}` },
      { kind: 'list', items: says },
      hint('When not to trust this:'),
      { kind: 'list', items: doubts, isHint: true },
    ];
  });
  return [section(`Why the first ${first.length} genes`, blocks)];
}
