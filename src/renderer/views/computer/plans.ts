import type { MachinePlan } from '#shared/domain/device.ts';

export interface Wanted {
  preset: MachinePlan['preset'];
  mode: MachinePlan['mode'];
  /** Genes read per cell. */
  nGenes: number;
  /** `auto` is the fastest one with room. */
  device: string;
}

const hasRoom = (plan: MachinePlan) => plan.fits !== false;

/**
 * The plan that speaks for some work: the next longer length that was planned, on the device that would be taken.
 *
 * Note: of lengths longer than every planned one the longest speaks, so its time is too short.
 */
export function planFor(plans: readonly MachinePlan[], { preset, mode, nGenes, device }: Wanted): MachinePlan | null {
  const fitting = plans.filter(
    (plan) => plan.preset === preset && plan.mode === mode && (device === 'auto' || plan.device === device),
  );
  const lengths = [...new Set(fitting.map((plan) => plan.nGenes))].sort((a, b) => a - b);
  const length = lengths.find((one) => one >= nGenes) ?? lengths.at(-1);
  const [best] = fitting
    .filter((plan) => plan.nGenes === length)
    .sort((a, b) => Number(hasRoom(b)) - Number(hasRoom(a)) || (b.cellsPerMinute ?? 0) - (a.cellsPerMinute ?? 0));
  return best ?? null;
}

/** Time for all cells so many times over. Units: milliseconds; null where no speed is known. */
export function planTime(plan: MachinePlan, nCells: number, epochs: number): number | null {
  return plan.cellsPerMinute ? (nCells * epochs * 60_000) / plan.cellsPerMinute : null;
}
