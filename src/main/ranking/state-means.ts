import type { Operator } from '#shared/domain/screen.ts';
import { stateEffects } from '#screen/state-effects.ts';
import type { ScreenResult } from '#screen/types.ts';

/** Mean effect of every gene of a plan on every goal and alternative; the start is none: leaving it mirrors them. */
export function stateMeans(screen: ScreenResult, operator: Operator): { states: string[]; effects: Float64Array } {
  const { states, effects } = stateEffects(screen, operator, screen.plan.config.readOut);
  const kept = states.flatMap(({ role }, at) => (role === 'start' ? [] : [at]));
  const nGenes = screen.plan.genes.length;
  return {
    states: kept.map((at) => states[at].name),
    effects: Float64Array.from(
      { length: nGenes * kept.length },
      (_, i) => effects[Math.floor(i / kept.length) * states.length + kept[i % kept.length]],
    ),
  };
}
