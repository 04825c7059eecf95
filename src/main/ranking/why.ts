import type { RankedGene } from '#shared/domain/ranking.ts';
import { capital } from '#shared/util/capital.ts';
import { englishText, type WhyMessage, whySentence, type WhyWords } from '#shared/why/message.ts';
import { whyCard, type WhyReport } from '#shared/why/why-card.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { chance, percent, short, signed, whole } from './report/numbers.ts';

const WRITERS: Record<Parameters<WhyWords['number']>[1], (value: number) => string> = {
  count: whole,
  percent,
  effect: signed,
  chance,
  decimal: short,
};

/** English as the report writes it. */
const WORDS: WhyWords = {
  text: englishText,
  number: (value, as) => WRITERS[as](value),
  method: (method) => METHOD_NAMES[method],
};

/** The why-card of a gene as English sentences. */
export function whyInWords(gene: RankedGene, report: WhyReport): { says: string[]; doubts: string[] } {
  const card = whyCard(gene, report);
  const sentence = (message: WhyMessage) => capital(whySentence(message, WORDS));
  return { says: card.says.map(sentence), doubts: card.doubts.map(sentence) };
}

/** Names of the two columns `whyCells` fills. */
export const WHY_COLUMNS = ['why', 'when_not_to_trust_this'] as const;

export function whyCells(gene: RankedGene, report: WhyReport): [string, string] {
  const { says, doubts } = whyInWords(gene, report);
  return [says.join(' '), doubts.join(' ')];
}
