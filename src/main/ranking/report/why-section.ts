import type { RankedGene } from '#shared/domain/ranking.ts';
import type { WhyReport } from '#shared/why/why-card.ts';
import { whyInWords } from '../why.ts';
import { html, type Markup } from './markup.ts';

/** Genes that are told about in words; the CSV table has the words of all. */
const TOLD = 10;

/** What speaks for the first genes and what against them, in sentences. */
export function whySection(genes: readonly RankedGene[], report: WhyReport): Markup | null {
  const first = genes.slice(0, TOLD);
  if (first.length === 0) return null;
  return html`<section>
    <h2>Why these genes, and when not to trust it</h2>
    ${first.map((gene) => {
      const { says, doubts } = whyInWords(gene, report);
      return html`<details ${gene.rank === 1 ? 'open' : ''}>
        <summary>${gene.rank}. <em>${gene.symbol}</em></summary>
        <p>${says.join(' ')}</p>
        <p class="hint">Do not trust this when one of these weighs with you:</p>
        <ul class="hint">
          ${doubts.map((doubt) => html`<li>${doubt}</li>`)}
        </ul>
      </details>`;
    })}
  </section>`;
}
