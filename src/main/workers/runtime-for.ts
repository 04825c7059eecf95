import type { ComputeDevice, Device, DeviceCheck } from '#shared/domain/device.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { deviceRuntime } from '#engine/devices/device-runtime.ts';
import { halfRuntime } from '#engine/devices/half-precision.ts';
import { type DeviceFailure, runtimeWithSubstitute } from '#engine/devices/substitute.ts';
import type { Precision } from '#engine/onnx/encode.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { fits } from '#genecompass/resources/fits.ts';
import type { JobContext } from '#jobs/worker.ts';
import { readMachineCheck } from './machine-check-file.ts';
import { machineFacts } from './machine.ts';

/** What is to be computed. */
export interface Work {
  readonly mode: 'training' | 'inference';
  /** Of products of matrices; float32 when absent. */
  readonly precision?: Precision;
  /** What must have room on a card; whatever its size when absent. */
  readonly size?: { readonly model: ModelConfig; readonly batchSize: number };
}

/** Tells the person who watches the job. */
type Teller = Pick<JobContext, 'log'>;

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** What computes so far, for the summary of what is made; ask when it is made. */
  readonly device: ComputeDevice;
}

/** Differences up to this are rounding: numbers of two devices may stand side by side in one result. */
const SAME_NUMBERS = 1e-5;

/**
 * The runtime of the device asked for, or of the best one, and words about it.
 *
 * Note: only what a kept check of this machine passed is chosen by `auto`; nothing is measured here, since a check takes
 * a minute and a process of its own.
 * Throws: unsupported for a device that this build lacks or that the check refused.
 */
export async function runtimeFor(
  asked: Device,
  work: Work,
  teller: Teller = { log: () => undefined },
): Promise<ChosenRuntime> {
  const checks = await keptChecks();
  const known = checks?.find(({ name }) => name === asked);
  if (asked !== 'auto') {
    if (known && !known.usable) {
      const advice = known.advice ? ` ${known.advice}` : '';
      throw new WorkbenchError('unsupported', `Device ${asked}: ${known.verdict}.${advice} Or choose device auto.`);
    }
    teller.log('info', `Computing on ${asked}, as asked.`);
    return { device: asked, runtime: await plainRuntime(asked, work) };
  }
  if (!checks) {
    teller.log(
      'info',
      'Computing on the processor: this computer was not checked for a faster device yet (page This computer, or gcw host machine).',
    );
    return { device: 'cpu', runtime: await plainRuntime('cpu', work) };
  }
  const best = bestDevice(checks, work, teller);
  teller.log('info', `Computing on ${best.name}: ${best.verdict}.`);
  // Where float16 was asked for, the processor is no substitute.
  if (best.name === 'cpu' || work.precision === 'float16') {
    return { device: best.name, runtime: await plainRuntime(best.name, work) };
  }
  return substituted(best, work, teller);
}

async function plainRuntime(device: ComputeDevice, { precision }: Work): Promise<Runtime> {
  return precision === 'float16' ? await halfRuntime(device) : deviceRuntime(device);
}

/** The fastest usable device that has room; the processor where none is known to be. */
function bestDevice(checks: readonly DeviceCheck[], work: Work, teller: Teller): DeviceCheck {
  const usable = checks.filter((check) => check.usable && check.speed);
  const cpu = usable.find(({ name }) => name === 'cpu') ?? checks[0];
  const faster = usable.filter((check) => check.name !== 'cpu' && speedOf(check) > speedOf(cpu));
  for (const check of faster.sort((a, b) => speedOf(b) - speedOf(a))) {
    const lack = lackOfRoom(check, work);
    if (lack === null) return check;
    teller.log('info', `Not on ${check.name}: ${lack}.`);
  }
  return cpu;
}

/** Why the work does not fit on a card; null where it does, or where its memory is not known. */
function lackOfRoom({ name, memoryBytes }: DeviceCheck, { size, mode }: Work): string | null {
  if (!size || memoryBytes === null) return null;
  const { fits: hasRoom, bytes } = fits(size.model, size.model.maxLength, size.batchSize, mode, {
    device: name,
    memoryBytes,
  });
  if (hasRoom !== false) return null;
  const gigabytes = (n: number) => `${(n / 1e9).toFixed(1)} GB`;
  return `the work needs ${gigabytes(bytes)} and it has ${gigabytes(memoryBytes)}; a smaller batch or fewer genes a cell need less`;
}

function speedOf({ speed }: DeviceCheck): number {
  return speed?.gigaflops ?? 0;
}

/** When the device fails, the processor goes on where that keeps a result one result. */
function substituted({ name, error }: DeviceCheck, { mode }: Work, teller: Teller): ChosenRuntime {
  let device: ComputeDevice = name;
  const mixes = mode === 'inference' && (error ?? 1) <= SAME_NUMBERS;
  const onFailure = ({ reason, nothingComputed }: DeviceFailure): void => {
    if (nothingComputed || mixes) {
      device = 'cpu';
      teller.log('warn', `${name} failed and the processor goes on, which is slower: ${reason}`);
      return;
    }
    throw new WorkbenchError(
      'resource',
      `${name}: it failed on the way (${reason}), and a result half from it and half from the processor would not be one result; run it again with device cpu.`,
    );
  };
  const runtime = runtimeWithSubstitute(deviceRuntime(name), deviceRuntime('cpu'), onFailure);
  return {
    runtime,
    get device() {
      return device;
    },
  };
}

/** What the kept check of this computer found; null where it was not checked. */
export async function keptChecks(): Promise<readonly DeviceCheck[] | null> {
  const folder = process.env.GCW_DATA_FOLDER;
  if (!folder) return null;
  const { fingerprint } = await machineFacts();
  return readMachineCheck(folder, fingerprint)?.devices ?? null;
}
