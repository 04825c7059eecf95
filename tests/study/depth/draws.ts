/** Start cells drawn with regard to depth, from screens of four times as many. */
import { CounterRandom } from '#shared/util/random.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { goalKey, mean, measure } from '../screen/measure.ts';
import { LARGE } from './extra-screens.ts';
import { following } from './follows.ts';
import { rowMeans, takeCells } from './matrix.ts';
import type { DepthTask } from './read-depth.ts';
import { shrunk } from './measure-corrections.ts';

/** Start cells of a draw: the default of a screen. */
const DRAWN = 24;
const DRAWS = 100;

/** Two draws without a cell in common; `byDepth` holds cells by rising counts. */
export type DrawRule = (byDepth: readonly number[], random: CounterRandom, draw: number) => [number[], number[]];

export const DRAW_RULES: Readonly<Record<string, DrawRule>> = {
  'at random': halvesOf((byDepth) => byDepth),
  'one from each of 24 layers of depth': (byDepth, random, draw) => {
    const pairs = Array.from({ length: DRAWN }, (_, layer) => {
      const from = Math.floor((layer * byDepth.length) / DRAWN);
      const own = byDepth.slice(from, Math.floor(((layer + 1) * byDepth.length) / DRAWN));
      const order = random.permutation(own.length, draw * byDepth.length + from);
      return [own[order[0]], own[order[1]]] as const;
    });
    return [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
  },
  'from the middle half of depth': halvesOf((byDepth) => byDepth.slice(byDepth.length / 4, (3 * byDepth.length) / 4)),
  'from the deeper half': halvesOf((byDepth) => byDepth.slice(byDepth.length / 2)),
  'from the shallower half': halvesOf((byDepth) => byDepth.slice(0, byDepth.length / 2)),
};

function halvesOf(pool: (byDepth: readonly number[]) => readonly number[]): DrawRule {
  return (byDepth, random, draw) => {
    const own = pool(byDepth);
    const order = [...random.permutation(own.length, draw * byDepth.length)].map((i) => own[i]);
    return [order.slice(0, DRAWN), order.slice(DRAWN, 2 * DRAWN)];
  };
}

export interface DrawResult {
  /** Spearman of the effects of two draws without a cell in common, and of one with all start cells. */
  alike: number;
  likeAll: number;
  /** Share of the tested genes that follow counts. */
  following: number;
  /** Average precision of the mean effect, shrunk by detections. */
  precision: number;
}

/** Means over draws and fates. Null where too few start cells are there for two draws. */
export function measureDraws(tasks: readonly DepthTask[], rule: DrawRule): DrawResult | null {
  const found = tasks.flatMap(({ task, reads, matrices }): DrawResult[] => {
    const matrix = matrices['over-express']!;
    const { nCells } = matrix;
    if (nCells < LARGE) return [];
    const byDepth = reads.counts.map((_, cell) => cell).sort((a, b) => reads.counts[a] - reads.counts[b] || a - b);
    const all = rowMeans(matrix.effects, nCells);
    const random = new CounterRandom(task.seed, `depth-draws:${goalKey(task)}`);
    const draws = Array.from({ length: DRAWS }, (_, draw): DrawResult => {
      const [first, second] = rule(byDepth, random, draw).map((cells) => ({ cells, drawn: takeCells(matrix, cells) }));
      const [effect, other] = [first, second].map(({ drawn }) => rowMeans(drawn.effects, drawn.nCells));
      const follows = following(
        first.drawn,
        first.cells.map((cell) => reads.counts[cell]),
      );
      return {
        alike: spearman(effect, other) ?? 0,
        likeAll: spearman(effect, all) ?? 0,
        following: follows.n / follows.tested,
        precision: measure(task, shrunk({ task, effect })).precision,
      };
    });
    return [averageOf(draws)];
  });
  return found.length > 0 ? averageOf(found) : null;
}

function averageOf(all: readonly DrawResult[]): DrawResult {
  const of = (key: keyof DrawResult) => mean(all.map((one) => one[key]));
  return { alike: of('alike'), likeAll: of('likeAll'), following: of('following'), precision: of('precision') };
}
