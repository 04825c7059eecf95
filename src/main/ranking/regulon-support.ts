import type { RegulonSupport } from '#shared/domain/gene-evidence.ts';
import type { Regulons, RegulonTarget } from '#singlecell/genes/facts/regulons.ts';
import { signedHypergeometric, twoSidedTail } from '#singlecell/statistics/hypergeometric.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';

/** A gene in fewer cells of both states is too rare for a direction. */
export const EXPRESSED_FRACTION = 0.05;
const FEWEST_SIGNED = 3;
/** Targets that are stored with a gene; some factors have hundreds. */
const STORED_TARGETS = 40;
const SURE = 0.05;

export interface ExpressionChange {
  log2FoldChange: number;
  startFraction: number;
  goalFraction: number;
}

const isExpressed = ({ startFraction, goalFraction, log2FoldChange }: ExpressionChange) =>
  Math.max(startFraction, goalFraction) >= EXPRESSED_FRACTION && log2FoldChange !== 0;

/**
 * For each factor: do its published targets change as if it were more active in the goal?
 *
 * A target counts as consistent where it is activated and higher in the goal, or repressed and lower. Chance is what as
 * many targets of any factor would give: the background is every expressed gene that the table knows as a target, since
 * well-studied genes are not like the others. Exact test, two-sided; FDR over the given factors.
 */
export function regulonSupport(
  factors: readonly string[],
  regulons: Regulons,
  changes: ReadonlyMap<string, ExpressionChange>,
  markers: ReadonlySet<string>,
): (RegulonSupport | null)[] {
  const background = new Set<string>();
  for (const targets of regulons.values()) {
    for (const { geneId } of targets) {
      const change = changes.get(geneId);
      if (change && isExpressed(change)) background.add(geneId);
    }
  }
  let up = 0;
  for (const id of background) if (changes.get(id)!.log2FoldChange > 0) up++;
  const supports = factors.map((id) => {
    const targets = regulons.get(id);
    return targets ? supportOf(id, targets, { background, up, changes, markers }) : null;
  });
  const fdr = benjaminiHochberg(supports.map((support) => support?.pValue ?? NaN));
  return supports.map((support, i) => {
    if (!support || support.pValue === null) return support;
    const isSure = fdr[i] < SURE;
    const activity = support.nConsistent > support.expected ? ('higher' as const) : ('lower' as const);
    return { ...support, fdr: fdr[i], activity: isSure ? activity : ('unclear' as const) };
  });
}

function supportOf(
  factor: string,
  targets: readonly RegulonTarget[],
  known: {
    background: ReadonlySet<string>;
    up: number;
    changes: ReadonlyMap<string, ExpressionChange>;
    markers: ReadonlySet<string>;
  },
): RegulonSupport {
  // A factor that regulates itself would be supported by its own change.
  const measured = targets
    .filter(({ geneId }) => geneId !== factor && known.background.has(geneId))
    .map((target) => ({ ...target, log2FoldChange: known.changes.get(target.geneId)!.log2FoldChange }));
  const activated = measured.filter(({ mode }) => mode === 'activates');
  const repressed = measured.filter(({ mode }) => mode === 'represses');
  const nSigned = activated.length + repressed.length;
  const nConsistent =
    activated.filter(({ log2FoldChange }) => log2FoldChange > 0).length +
    repressed.filter(({ log2FoldChange }) => log2FoldChange < 0).length;
  const total = known.background.size;
  const shareUp = total > 0 ? known.up / total : 0;
  return {
    nKnown: targets.length,
    nMeasured: measured.length,
    nSigned,
    nConsistent,
    expected: activated.length * shareUp + repressed.length * (1 - shareUp),
    pValue:
      nSigned < FEWEST_SIGNED
        ? null
        : twoSidedTail(signedHypergeometric(total, known.up, activated.length, repressed.length), nConsistent),
    fdr: null,
    activity: 'unclear',
    targets: measured
      .sort((a, b) => Math.abs(b.log2FoldChange) - Math.abs(a.log2FoldChange) || (a.symbol < b.symbol ? -1 : 1))
      .slice(0, STORED_TARGETS)
      .map(({ geneId, symbol, mode, log2FoldChange, pubmed }) => ({
        symbol,
        mode,
        log2FoldChange,
        isMarker: known.markers.has(geneId),
        pubmed: [...pubmed],
      })),
  };
}
