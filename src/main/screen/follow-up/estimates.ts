import type { Estimate } from '#shared/domain/follow-up.ts';
import { bootstrapInterval, bootstrapWeights, type BootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { goalNames } from './goal-read-outs.ts';
import type { FollowedScreen, FollowUpEffects } from './types.ts';

/** A mean over fewer start cells is luck. */
export const FEWEST_CELLS = 3;
/** Fewer replicates and nothing is said of chance. */
export const FEWEST_REPLICATES = 3;

/** Effects of one follow-up by goal, averaged over replicates. */
export class Estimates {
  readonly goals: readonly string[];
  readonly nCells: number;
  readonly nReplicates: number;
  readonly #effects: FollowUpEffects;
  readonly #screen: FollowedScreen;
  readonly #weights: BootstrapWeights;
  readonly #readOut: number;

  constructor(effects: FollowUpEffects, screen: FollowedScreen) {
    const { plan } = screen;
    this.#effects = effects;
    this.#screen = screen;
    this.goals = goalNames(screen);
    this.nCells = plan.cells.length;
    this.nReplicates = plan.nReplicates;
    this.#readOut = effects.readOuts.indexOf(plan.config.readOut);
    this.#weights = bootstrapWeights(plan.nReplicates, plan.config.nBootstrap, plan.config.seed);
  }

  /** Effect of a condition on each start cell; NaN where it has no meaning. */
  perCell(condition: number, goal: number): Float64Array {
    const { effects, readOuts } = this.#effects;
    const stride = this.goals.length * readOuts.length;
    const offset = goal * readOuts.length + this.#readOut;
    return Float64Array.from(
      { length: this.nCells },
      (_, cell) => effects[(condition * this.nCells + cell) * stride + offset],
    );
  }

  /** What a condition did to a cell: NO_MEANING, UNCHANGED or ACTS. */
  act(condition: number, cell: number): number {
    return this.#effects.acts[condition * this.nCells + cell];
  }

  /** Mean within each replicate; NaN where none of its cells tells. */
  perReplicate(perCell: ArrayLike<number>): Float64Array {
    const { replicates } = this.#screen.plan;
    const sums = new Float64Array(this.nReplicates);
    const counts = new Int32Array(this.nReplicates);
    for (let cell = 0; cell < this.nCells; cell++) {
      if (Number.isNaN(perCell[cell])) continue;
      sums[replicates[cell]] += perCell[cell];
      counts[replicates[cell]]++;
    }
    return sums.map((sum, i) => (counts[i] > 0 ? sum / counts[i] : NaN));
  }

  /** Mean over replicates with its bootstrap interval; null where no replicate tells. */
  estimate(perReplicate: ArrayLike<number>): Estimate | null {
    const { mean, low, high } = bootstrapInterval(perReplicate, this.#weights);
    if (Number.isNaN(mean)) return null;
    return { mean, low: Number.isNaN(low) ? null : low, high: Number.isNaN(high) ? null : high };
  }
}

/** Whether the interval holds values of one sign only. */
export function isTold({ low, high }: Estimate): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}
