import type { ConsensusReport } from '#shared/domain/consensus.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';

const GOOD = 0.7;
const POOR = 0.3;

type Unread = Omit<ConsensusReport, 'reading' | 'warnings'>;

/** What a consensus means and when not to trust it, in plain words. */
export function readingOf(
  report: Unread,
  inputs: readonly { dataset: string }[],
): Pick<ConsensusReport, 'reading' | 'warnings'> {
  const { kendallW: w, rankings, nShared, nSignificant, nGenes, directionAgreement, method, pairs } = report;
  const reading: string[] = [];
  if (w !== null) {
    // The mean rank correlation of all pairs, as W has it: (m W − 1) / (m − 1).
    const mean = (rankings.length * w - 1) / (rankings.length - 1);
    const word = mean >= GOOD ? 'agree well' : mean <= POOR ? 'hardly agree' : 'agree in part';
    reading.push(
      `By ${METHOD_NAMES[method]} the ${rankings.length} rankings, taken whole, ${word}: Kendall's W is ${w.toFixed(2)} over ${nShared} genes that all have (1 is the same order, about ${(1 / rankings.length).toFixed(2)} is chance).`,
    );
  }
  reading.push(
    nSignificant === 0
      ? `No gene of ${nGenes} stands higher in all of them than chance would put it (FDR 5 %).`
      : `${nSignificant} of ${nGenes} genes stand high more often than chance would put them there (FDR 5 %).`,
  );
  const tops = pairs.flatMap(({ top }) => top.filter(({ k }) => k === 50));
  if (tops.length > 0) {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    reading.push(
      `Of the first 50 genes two rankings share ${mean(tops.map(({ shared }) => shared)).toFixed(0)} on average; chance gives ${mean(tops.map(({ byChance }) => byChance)).toFixed(0)}.`,
    );
  }
  if (directionAgreement !== null)
    reading.push(
      `Where two rankings are sure of a gene's direction, they agree for ${Math.round(100 * directionAgreement)} % of the genes.`,
    );
  const warnings: string[] = [];
  const nDatasets = new Set(inputs.map(({ dataset }) => dataset)).size;
  if (nDatasets < inputs.length)
    warnings.push(
      nDatasets === 1
        ? 'All rankings are of the same cells: that they agree says that the method repeats itself, not that it is right.'
        : 'Some rankings are of the same cells; those are not independent, so p-values are too small.',
    );
  if (new Set(rankings.map(({ species }) => species)).size > 1)
    warnings.push(
      'Genes without a one-to-one ortholog are left out. Ranks are compared across species, not sizes of effects.',
    );
  const unread = rankings.filter(({ nUnread }) => nUnread > 0);
  if (unread.length > 0)
    warnings.push(
      `Genes that a model does not read have no place in its order: ${unread.map(({ title, nUnread, nGenes: all }) => `${nUnread} of ${all} in ${title}`).join(', ')}. That does not count against them.`,
    );
  const simple = rankings.filter(({ leader }) => leader !== 'model').length;
  if (method === 'model' && simple > 0)
    warnings.push(
      `In ${simple} of ${rankings.length} rankings another method than the screen leads the table; agreement of screens does not change that. Compare the consensus by fold-change.`,
    );
  if (new Set(rankings.map(({ goal }) => goal)).size > 1)
    warnings.push('The rankings name different goals; make sure that they mean the same cell state.');
  return { reading, warnings };
}
