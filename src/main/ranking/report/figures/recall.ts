import type { RankedGene, RankingMethod, RankingReport } from '#shared/domain/ranking.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { rankBy } from '../../rank-by.ts';
import type { Figure } from '../blocks.ts';
import type { Mark, Role } from '../scene.ts';
import { axisOf } from './axis.ts';

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [760, 380, 56, 16, 52];
/** Names of the curves stand to the right of them. */
const RIGHT = 300;
const DEEPEST = 200;
/** More curves than this are not told apart; the numbers have all of them. */
const MOST_CURVES = 7;
const ALWAYS_DRAWN: readonly RankingMethod[] = ['model', 'combined', 'fold-change', 'random'];
const LOOKS: readonly { role: Role; dash?: number[] }[] = [
  { role: 'accent' },
  { role: 'known', dash: [8, 3] },
  { role: 'series1', dash: [2, 3] },
  { role: 'series2', dash: [10, 3, 2, 3] },
  { role: 'series3', dash: [5, 5] },
  { role: 'series4', dash: [1, 4] },
];
const CHANCE: (typeof LOOKS)[number] = { role: 'soft', dash: [3, 3] };

/** Known regulators among the first k genes of every ranking, for every k; null where none is known. */
export function recallFigure(genes: readonly RankedGene[], report: RankingReport): Figure | null {
  const known = genes.filter((gene) => gene.isKnown);
  if (report.recall.length === 0 || known.length === 0) return null;
  const depth = Math.min(DEEPEST, genes.length);
  const methods = [...report.recall]
    .sort((a, b) => b.at50 - a.at50 || b.at10 - a.at10)
    .map(({ method }) => method)
    .filter((method) => rankBy(known[0], method) !== undefined);
  const curves = methods.map((method) => {
    const ranks = known.map((gene) => rankBy(gene, method)!).sort((a, b) => a - b);
    return Array.from({ length: depth + 1 }, (_, k) => ranks.findLastIndex((rank) => rank <= k) + 1);
  });
  const floor = HEIGHT - BOTTOM;
  const right = WIDTH - RIGHT;
  const x = axisOf([0, depth], LEFT, right, 6);
  const most = Math.max(1, ...curves.map((curve) => curve[depth]));
  const y = axisOf([0, most], floor, TOP, 6);
  const marks: Mark[] = [
    ...x.ticks
      .filter((tick) => tick >= 0)
      .map((tick): Mark => ({
        kind: 'text',
        role: 'soft',
        x: x.at(tick),
        y: floor + 18,
        text: String(tick),
        size: 12,
        anchor: 'middle',
      })),
    ...y.ticks
      .filter((tick) => Number.isInteger(tick) && tick >= 0)
      .flatMap((tick): Mark[] => [
        { kind: 'line', role: 'line', x1: LEFT, x2: right, y1: y.at(tick), y2: y.at(tick) },
        { kind: 'text', role: 'soft', x: LEFT - 8, y: y.at(tick) + 4, text: String(tick), size: 12, anchor: 'end' },
      ]),
  ];
  let nLooks = 0;
  const drawn = drawnMethods(methods, report.leader);
  drawn.forEach((method, i) => {
    const curve = curves[methods.indexOf(method)];
    const look = method === 'random' ? CHANCE : LOOKS[nLooks++ % LOOKS.length];
    const isLeader = method === report.leader;
    const line = TOP + 20 + 22 * i;
    const name = METHOD_NAMES[method];
    marks.push(
      {
        kind: 'path',
        ...look,
        points: steps(curve, x.at, y.at),
        width: isLeader ? 3 : 1.75,
      },
      {
        kind: 'path',
        ...look,
        points: [
          [right + 14, line - 4],
          [right + 44, line - 4],
        ],
        width: isLeader ? 3 : 1.75,
      },
      { kind: 'text', role: 'ink', x: right + 52, y: line, text: name, size: 12, anchor: 'start', isBold: isLeader },
    );
  });
  marks.push(
    {
      kind: 'text',
      role: 'soft',
      x: (LEFT + right) / 2,
      y: HEIGHT - 8,
      text: 'genes from the top of the ranking',
      size: 13,
      anchor: 'middle',
    },
    {
      kind: 'text',
      role: 'soft',
      x: 16,
      y: (TOP + floor) / 2,
      text: 'known regulators found',
      size: 13,
      anchor: 'middle',
      isTurned: true,
    },
  );
  return {
    id: 'recall',
    title: 'Known regulators found by every ranking',
    caption: `How many known regulators stand among the first genes of each ranking. Bold: the ranking that leads the table.${drawn.length < methods.length ? ` ${drawn.length} of ${methods.length} rankings are drawn; the numbers have all.` : ''}`,
    scene: {
      width: WIDTH,
      height: HEIGHT,
      title: `Known regulators among the first ${depth} genes of ${drawn.length} rankings; the table has the numbers`,
      marks,
    },
    source: {
      columns: [
        { title: 'genes_from_top', kind: 'integer' },
        ...methods.map((method) => ({ title: method.replaceAll('-', '_'), kind: 'integer' as const })),
      ],
      rows: Array.from({ length: depth + 1 }, (_, k) => [k, ...curves.map((curve) => curve[k])]),
    },
  };
}

/** The leader, the screen, the composite, fold change and chance, then the best of the others. */
function drawnMethods(methods: readonly RankingMethod[], leader: RankingMethod): RankingMethod[] {
  const kept = new Set([leader, ...ALWAYS_DRAWN]);
  for (const method of methods) if (kept.size < MOST_CURVES) kept.add(method);
  return methods.filter((method) => kept.has(method));
}

/** Only where a curve turns. */
function steps(curve: readonly number[], x: (value: number) => number, y: (value: number) => number) {
  const points: [number, number][] = [[x(0), y(0)]];
  for (let k = 1; k < curve.length; k++) {
    if (curve[k] === curve[k - 1]) continue;
    points.push([x(k), y(curve[k - 1])], [x(k), y(curve[k])]);
  }
  points.push([x(curve.length - 1), y(curve.at(-1)!)]);
  return points;
}
