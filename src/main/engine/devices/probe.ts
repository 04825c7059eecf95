import { totalmem } from 'node:os';
import type { ComputeDevice, DeviceCheck } from '#shared/domain/device.ts';
import { hasCudaLibraries } from '../runtime/cuda-libraries.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { checkAgreement } from './agreement.ts';
import { deviceRuntime } from './device-runtime.ts';
import { findGraphicsCards, type GraphicsCard } from './graphics-cards.ts';
import { measureSpeed } from './speed.ts';
import { failureWords, readyWords, type Words, wrongWords } from './words.ts';

/** What a check of one device needs; each part can be replaced in a test. */
export interface ProbeParts {
  readonly runtime: (device: ComputeDevice) => Runtime;
  readonly cards: () => Promise<readonly GraphicsCard[]>;
  readonly hasCudaLibraries: () => boolean;
}

const SYSTEM: ProbeParts = { runtime: deviceRuntime, cards: () => findGraphicsCards(), hasCudaLibraries };

/**
 * Tries a device: first whether its numbers are right, then how fast it is. Never throws.
 *
 * Note: a bad driver can end or hang the process, so this is run in a process of its own with a time limit.
 */
export async function probeDevice(device: ComputeDevice, parts: ProbeParts = SYSTEM): Promise<DeviceCheck> {
  const cards = device === 'cpu' ? [] : await parts.cards();
  const card = cardOf(device, cards);
  const check = (words: Words, rest: Partial<DeviceCheck> = {}): DeviceCheck => ({
    name: device,
    usable: false,
    error: null,
    speed: null,
    calibration: null,
    memoryBytes: memoryOf(device, card),
    ...words,
    ...rest,
  });
  try {
    const runtime = parts.runtime(device);
    const { passed, error, problem } = await checkAgreement(runtime);
    const shown = Number.isFinite(error) ? error : null;
    if (!passed) return check(wrongWords(device, problem), { error: shown });
    const speed = await measureSpeed(runtime);
    return check(readyWords(device, speed, card), { usable: true, error: shown, speed });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return check(failureWords(device, { reason, cards, hasCudaLibraries: parts.hasCudaLibraries() }));
  }
}

/** The card a device most likely is: that with the most memory, NVIDIA's for CUDA. */
function cardOf(device: ComputeDevice, cards: readonly GraphicsCard[]): GraphicsCard | undefined {
  const fitting = device === 'cuda' ? cards.filter(({ maker }) => maker === 'NVIDIA') : cards;
  return [...fitting].sort((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0))[0];
}

/** A Mac's chip shares the memory of the computer. */
function memoryOf(device: ComputeDevice, card: GraphicsCard | undefined): number | null {
  if (device === 'cpu' || process.platform === 'darwin') return totalmem();
  return card?.memoryBytes ?? null;
}
