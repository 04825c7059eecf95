/** Measures of one ranking, and means that give every data set the same say. */
import { descendingRanks } from '#singlecell/statistics/ranks.ts';
import type { StudyTask } from './read-project.ts';

export interface Measured {
  /** Average precision: mean over known regulators of (how many of them up to here) / rank; 0 for one not ranked. */
  precision: number;
  at10: number;
  at20: number;
  at50: number;
  known: number;
}

/** What a ranking by `scores` finds; NaN is last, ties by token. */
export function measure(task: StudyTask, scores: ArrayLike<number>): Measured {
  const ranks = descendingRanks(scores, task.tokenIds);
  const known = [...ranks].filter((_, gene) => task.isKnown[gene]).sort((a, b) => a - b);
  const within = (depth: number) => known.filter((rank) => rank <= depth).length;
  return {
    precision: known.reduce((sum, rank, i) => sum + (i + 1) / rank, 0) / Math.max(1, task.nKnown),
    at10: within(10),
    at20: within(20),
    at50: within(50),
    known: task.nKnown,
  };
}

/** Expected average precision of a random order, by its definition: E[(1 + others above) / rank]. */
export function chancePrecision({ symbols, isKnown, nKnown }: StudyTask): number {
  const n = symbols.length;
  const k = isKnown.filter(Boolean).length;
  let sum = 0;
  for (let rank = 1; rank <= n; rank++) sum += (1 + ((rank - 1) * (k - 1)) / Math.max(1, n - 1)) / rank;
  return (sum / n) * (k / Math.max(1, nKnown));
}

export interface Summary {
  /** Mean average precision over goals and seeds, by data set. */
  byCase: Map<string, Measured>;
  /** Mean over data sets. */
  precision: number;
}

/** Means over the goals of each data set (seeds of a goal first), sums of what was found. */
export function summarise(tasks: readonly StudyTask[], score: (task: StudyTask) => ArrayLike<number> | null): Summary {
  const byCase = new Map<string, Measured>();
  for (const name of new Set(tasks.map((task) => task.case))) {
    const own = tasks.filter((task) => task.case === name);
    const goals = [...new Set(own.map(goalKey))].map((key) => {
      const all = own
        .filter((task) => goalKey(task) === key)
        .flatMap((task) => {
          const scores = score(task);
          return scores ? [measure(task, scores)] : [];
        });
      return all.length > 0 ? meanOf(all) : null;
    });
    const told = goals.filter((goal) => goal !== null);
    if (told.length === 0) continue;
    const total = (pick: (one: Measured) => number) => told.reduce((sum, one) => sum + pick(one), 0);
    byCase.set(name, {
      precision: total((one) => one.precision) / told.length,
      at10: total((one) => one.at10),
      at20: total((one) => one.at20),
      at50: total((one) => one.at50),
      known: total((one) => one.known),
    });
  }
  return { byCase, precision: mean([...byCase.values()].map(({ precision }) => precision)) };
}

export function goalKey({ case: name, start, goal }: StudyTask): string {
  return `${name}: ${start} → ${goal}`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function meanOf(all: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => mean(all.map((one) => one[key]));
  return { precision: of('precision'), at10: of('at10'), at20: of('at20'), at50: of('at50'), known: of('known') };
}
