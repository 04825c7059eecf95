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

export interface PlanRow {
  preset: MachinePlan['preset'];
  nGenes: number;
  training: MachinePlan | null;
  inference: MachinePlan | null;
}

/** Plans of one device, a row for every size and length, in the order of the host. */
export function planRows(plans: readonly MachinePlan[], device: MachinePlan['device']): PlanRow[] {
  const rows: PlanRow[] = [];
  for (const plan of plans.filter((one) => one.device === device)) {
    let row = rows.find((one) => one.preset === plan.preset && one.nGenes === plan.nGenes);
    if (!row) rows.push((row = { preset: plan.preset, nGenes: plan.nGenes, training: null, inference: null }));
    row[plan.mode] = plan;
  }
  return rows;
}

/** Time for all cells so many times over. Units: milliseconds; null where no speed is known. */
export function planTime(plan: MachinePlan, nCells: number, epochs: number): number | null {
  return plan.cellsPerMinute ? (nCells * epochs * 60_000) / plan.cellsPerMinute : null;
}
