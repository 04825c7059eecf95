import type { Leads, RankedGene } from '#shared/domain/ranking.ts';
import type { Operator } from '#shared/domain/screen.ts';
import { replicateEffects } from '#screen/effects.ts';
import { stateEffects } from '#screen/state-effects.ts';
import type { ScreenResult } from '#screen/types.ts';
import { bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { effectInterval, replicateUse } from './gene-statistics.ts';

export type StateReading = Pick<RankedGene, 'awayFromStart' | 'competing' | 'leads' | 'stateReading'>;

/**
 * Where else each gene of the plan leads: how far away from the start, and the state other than the goal that it leads to most.
 *
 * Whether it leads more to the goal is told by the 95 % interval of the difference within replicates, so that a
 * difference no larger than its noise is `level`. Order: `plan.genes`.
 */
export function competingStates(screen: ScreenResult, goal: string, operator: Operator): StateReading[] {
  const { plan } = screen;
  const { genes, nReplicates, config } = plan;
  const towards = (name: string) => replicateEffects(screen, { operator, goal: name, readOut: config.readOut });
  const wanted = towards(goal);
  const { states, effects } = stateEffects(screen, operator, config.readOut);
  const own = states.findIndex(({ name }) => name === goal);
  const start = states.findIndex(({ role }) => role === 'start');
  const strongest = genes.map((_, gene) =>
    states.reduce((best, state, s) => {
      const effect = effects[gene * states.length + s];
      const isOther = s !== own && state.role !== 'start' && !Number.isNaN(effect);
      return isOther && (best < 0 || effect > effects[gene * states.length + best]) ? s : best;
    }, -1),
  );
  const weights = bootstrapWeights(nReplicates, config.nBootstrap, config.seed);
  const use = replicateUse(screen);
  const readings = genes.map((_, gene): StateReading => {
    const away = start < 0 ? NaN : 0 - effects[gene * states.length + start];
    return { awayFromStart: Number.isNaN(away) ? null : away, competing: null, leads: null, stateReading: '' };
  });
  // One state at a time: the effects of all states within replicates would not fit beside the screen.
  for (const [s, { name }] of states.entries()) {
    const led = genes.flatMap((_, gene) => (strongest[gene] === s ? [gene] : []));
    if (led.length === 0) continue;
    const other = towards(name);
    for (const gene of led) {
      const effect = effects[gene * states.length + own];
      if (Number.isNaN(effect)) continue;
      const from = gene * nReplicates;
      const difference = wanted.subarray(from, from + nReplicates).map((value, i) => value - other[from + i]);
      const competing = { state: name, effect: effects[gene * states.length + s] };
      readings[gene].competing = competing;
      // Exactly 0 everywhere: the gene did not reach the model, which then says nothing of where it leads.
      if (effect !== 0 || competing.effect !== 0)
        readings[gene].leads = leadsTo(effect, competing.effect, effectInterval(difference, weights, use));
    }
  }
  return readings;
}

function leadsTo(effect: number, other: number, difference: { low: number; high: number }): Leads {
  if (effect <= 0) return other > 0 ? 'elsewhere' : 'nowhere';
  if (other <= 0) return 'only';
  if (difference.low > 0) return 'more';
  return difference.high < 0 ? 'less' : 'level';
}
