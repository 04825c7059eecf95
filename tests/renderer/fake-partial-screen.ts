import type { PartialScreen } from '#shared/domain/partial-screen.ts';
import { rankedGenes } from './fake-ranked-genes.ts';

/** What a running screen tells: leading genes that settle as cells are computed. */
export function partialScreen(share: number): PartialScreen {
  const nDone = Math.max(1, Math.round(24 * share));
  return {
    doneCells: nDone,
    totalCells: 24,
    share,
    operator: 'over-express',
    top: ['Beta', 'Alpha'].map((goal) => ({
      goal,
      nTop: 10,
      nSettled: Math.floor(10 * share),
      genes: rankedGenes.slice(0, 20).map(({ symbol, effect, effectHigh }) => ({
        symbol,
        effect,
        halfWidth: nDone < 2 ? null : (effectHigh - effect) * Math.sqrt(1 - share),
        nDone,
        nCells: 24,
      })),
    })),
  };
}
