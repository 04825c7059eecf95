import type { RankedGene } from '#shared/domain/ranking.ts';
import type { Figure } from '../blocks.ts';
import { short, signed } from '../numbers.ts';
import type { Mark, Role } from '../scene.ts';
import { axisOf } from './axis.ts';

const PLOTTED = 20;
const LONGEST = 15;
const [LEFT, RIGHT, TOP, ROW, WIDTH] = [136, 24, 8, 24, 760];

/** Effects with 95 % intervals of the leading genes, one line each. */
export function effectsFigure(all: readonly RankedGene[], unit: string, order: string): Figure {
  const genes = all.slice(0, PLOTTED);
  const height = TOP + ROW * genes.length + 44;
  const bottom = TOP + ROW * genes.length;
  const axis = axisOf(
    genes.flatMap((gene) => [gene.effectLow, gene.effectHigh]),
    LEFT,
    WIDTH - RIGHT,
    6,
  );
  const marks: Mark[] = axis.ticks.flatMap((tick): Mark[] => [
    { kind: 'line', role: 'line', x1: axis.at(tick), x2: axis.at(tick), y1: TOP, y2: bottom },
    { kind: 'text', role: 'soft', x: axis.at(tick), y: bottom + 18, text: short(tick), size: 12, anchor: 'middle' },
  ]);
  marks.push({ kind: 'line', role: 'soft', x1: axis.at(0), x2: axis.at(0), y1: TOP, y2: bottom, isDashed: true });
  genes.forEach((gene, i) => {
    const y = TOP + ROW * (i + 0.5);
    const role: Role = gene.isKnown ? 'known' : 'accent';
    const name = `${gene.isKnown ? '★ ' : ''}${cut(gene.symbol)}`;
    marks.push(
      { kind: 'text', role: 'ink', x: LEFT - 12, y: y + 4, text: name, size: 13, anchor: 'end', isItalic: true },
      { kind: 'line', role, x1: axis.at(gene.effectLow), x2: axis.at(gene.effectHigh), y1: y, y2: y, width: 2 },
      {
        kind: 'circle',
        role,
        x: axis.at(gene.effect),
        y,
        r: 5,
        isFilled: gene.fdr < 0.05,
        hint: `${gene.symbol}: ${signed(gene.effect)} (${short(gene.effectLow)} to ${short(gene.effectHigh)})`,
      },
    );
  });
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  marks.push({ kind: 'text', role: 'soft', x: middle, y: height - 6, text: unit, size: 13, anchor: 'middle' });
  const title = `Effect of the first ${genes.length} genes with 95 % intervals`;
  return {
    id: 'effects',
    title,
    caption:
      `Effect in the screen with its 95 % interval. Filled: FDR below 5 % against matched null genes.` +
      `${all.some((gene) => gene.isKnown) ? ' ★ known regulator.' : ''} The order is that of ${order}.`,
    scene: { width: WIDTH, height, title: `${title}; the table below has the numbers`, marks },
    source: {
      columns: [
        { title: 'rank', kind: 'integer' },
        { title: 'gene_id', kind: 'text' },
        { title: 'symbol', kind: 'text' },
        { title: 'effect', kind: 'number' },
        { title: 'effect_low', kind: 'number' },
        { title: 'effect_high', kind: 'number' },
        { title: 'fdr', kind: 'number' },
        { title: 'is_known', kind: 'text' },
      ],
      rows: genes.map((gene) => [
        gene.rank,
        gene.geneId,
        gene.symbol,
        gene.effect,
        gene.effectLow,
        gene.effectHigh,
        gene.fdr,
        gene.isKnown ? 'yes' : 'no',
      ]),
    },
  };
}

/** What stands in the margin; the tables have the whole name. */
function cut(symbol: string): string {
  const signs = [...symbol];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join('')}…` : symbol;
}
