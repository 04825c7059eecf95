import type { RankedGene } from '#shared/domain/ranking.ts';
import { isUnread } from '#shared/ranking/unread.ts';
import type { Figure } from '../blocks.ts';
import { short, signed } from '../numbers.ts';
import type { Mark } from '../scene.ts';
import { axisOf, round } from './axis.ts';
import { placeLabels } from './place-labels.ts';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 460, 72, 24, 16, 52];
const NAMED = 12;

/** Model effect against fold change for every gene that the model reads; leading and known genes carry their names. */
export function scatterFigure(all: readonly RankedGene[], unit: string): Figure {
  const genes = all.filter((gene) => !isUnread(gene));
  const nUnread = all.length - genes.length;
  const floor = HEIGHT - BOTTOM;
  const [right, middle] = [WIDTH - RIGHT, (LEFT + WIDTH - RIGHT) / 2];
  const x = axisOf(
    genes.map((gene) => gene.log2FoldChange),
    LEFT,
    right,
    7,
  );
  const y = axisOf(
    genes.map((gene) => gene.effect),
    floor,
    TOP,
    6,
  );
  const isNamed = (gene: RankedGene) => gene.rank <= NAMED || gene.isKnown;
  const named = genes.filter(isNamed);
  const point = (gene: RankedGene) => ({ x: x.at(gene.log2FoldChange), y: y.at(gene.effect) });
  const labels = placeLabels(
    named.map((gene) => ({ ...point(gene), text: gene.symbol })),
    { left: LEFT + 2, right: right + 16 },
  );
  const marks: Mark[] = [
    ...x.ticks.flatMap((tick): Mark[] => [
      { kind: 'line', role: 'line', x1: x.at(tick), x2: x.at(tick), y1: TOP, y2: floor },
      { kind: 'text', role: 'soft', x: x.at(tick), y: floor + 18, text: short(tick), size: 12, anchor: 'middle' },
    ]),
    ...y.ticks.flatMap((tick): Mark[] => [
      { kind: 'line', role: 'line', x1: LEFT, x2: right, y1: y.at(tick), y2: y.at(tick) },
      { kind: 'text', role: 'soft', x: LEFT - 8, y: y.at(tick) + 4, text: short(tick), size: 12, anchor: 'end' },
    ]),
    { kind: 'line', role: 'soft', x1: LEFT, x2: right, y1: y.at(0), y2: y.at(0), isDashed: true },
    { kind: 'line', role: 'soft', x1: x.at(0), x2: x.at(0), y1: TOP, y2: floor, isDashed: true },
    ...genes
      .filter((gene) => !isNamed(gene))
      .map((gene): Mark => ({ kind: 'circle', role: 'soft', ...point(gene), r: 2.5, isFilled: true, opacity: 0.35 })),
    ...named.map((gene): Mark => ({
      kind: 'circle',
      role: gene.isKnown ? 'known' : 'accent',
      ...point(gene),
      r: 4.5,
      isFilled: true,
      hint: `${gene.symbol}: effect ${signed(gene.effect)}, log2 fold change ${signed(gene.log2FoldChange)}, rank ${gene.rank}`,
    })),
    ...labels.map((label): Mark => ({
      kind: 'text',
      role: 'ink',
      x: round(label.x),
      y: round(label.y),
      text: label.text,
      size: 12,
      anchor: label.anchor,
      isItalic: true,
    })),
    {
      kind: 'text',
      role: 'soft',
      x: middle,
      y: HEIGHT - 8,
      text: 'log2 fold change, start → goal',
      size: 13,
      anchor: 'middle',
    },
    { kind: 'text', role: 'soft', x: 16, y: (TOP + floor) / 2, text: unit, size: 13, anchor: 'middle', isTurned: true },
  ];
  const known = genes.some((gene) => gene.isKnown);
  return {
    id: 'screen-and-fold-change',
    title: 'Screen beside fold change',
    caption: `Top right: up in the goal, and the model moves cells towards the goal. Named: the first ${NAMED} genes${known ? ' and the known regulators' : ''}.${nUnread > 0 ? ` Left out: ${nUnread} ${nUnread === 1 ? 'gene' : 'genes'} that the model does not read.` : ''}`,
    scene: {
      width: WIDTH,
      height: HEIGHT,
      title: `Effect in the screen against log2 fold change for ${genes.length} genes`,
      marks,
    },
    source: {
      columns: [
        { title: 'rank', kind: 'integer' },
        { title: 'gene_id', kind: 'text' },
        { title: 'symbol', kind: 'text' },
        { title: 'log2_fold_change', kind: 'number' },
        { title: 'effect', kind: 'number' },
        { title: 'is_known', kind: 'text' },
      ],
      rows: genes.map((gene) => [
        gene.rank,
        gene.geneId,
        gene.symbol,
        gene.log2FoldChange,
        gene.effect,
        gene.isKnown ? 'yes' : 'no',
      ]),
    },
  };
}
