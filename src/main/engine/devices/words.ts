import type { ComputeDevice, DeviceSpeed } from '#shared/domain/device.ts';
import type { GraphicsCard } from './graphics-cards.ts';

export const DEVICE_WORDS: Readonly<Record<ComputeDevice, string>> = {
  cpu: 'the processor of this computer',
  webgpu: 'the graphics card, through WebGPU (any maker)',
  cuda: 'an NVIDIA graphics card, through CUDA',
  dml: 'the graphics card, through DirectML',
  coreml: 'an Apple chip, through Core ML',
  tfjs: 'TensorFlow.js',
};

export interface Words {
  readonly verdict: string;
  readonly advice: string | null;
}

/** What is known when a device could not be used. */
export interface Failure {
  readonly reason: string;
  readonly cards: readonly GraphicsCard[];
  readonly hasCudaLibraries: boolean;
}

const STAY = 'Nothing needs to be done: the processor computes everything, only slower.';

/** Why a device cannot be used and what to do about it, for someone who knows neither drivers nor libraries. */
export function failureWords(device: ComputeDevice, { reason, cards, hasCudaLibraries }: Failure): Words {
  const what = DEVICE_WORDS[device];
  switch (device) {
    case 'cuda': {
      const card = cards.find(({ maker }) => maker === 'NVIDIA');
      if (!card) return { verdict: `${what}: no NVIDIA card was found`, advice: null };
      const found = `${what}: ${describe(card)} was found`;
      if (!hasCudaLibraries) {
        return {
          verdict: `${found}, but ONNX Runtime's CUDA libraries are not installed`,
          advice: 'Run "npm run gpu:cuda" on a computer with a connection.',
        };
      }
      return {
        verdict: `${found} and so were ONNX Runtime's CUDA libraries, but they did not start (${brief(reason)})`,
        advice: 'Install NVIDIA’s driver, CUDA 12 and cuDNN 9, then check again.',
      };
    }
    case 'webgpu': {
      if (cards.length === 0) return { verdict: `${what}: no graphics card with a driver was found`, advice: STAY };
      const names = cards.map(describe).join(', ');
      return {
        verdict: `${what}: ${names} was found, but no graphics driver that WebGPU can use (${brief(reason)})`,
        advice: `Install the current driver of ${makers(cards)}${process.platform === 'linux' ? ', with its Vulkan part (package mesa-vulkan-drivers or the maker’s own)' : ''}, then check again.`,
      };
    }
    default:
      return { verdict: `${what}: it did not start (${brief(reason)})`, advice: STAY };
  }
}

/** A device that computes, but not what it should. */
export function wrongWords(device: ComputeDevice, problem: string): Words {
  return {
    verdict: `${DEVICE_WORDS[device]}: refused, because ${problem} are wrong`,
    advice: 'Its driver has a defect: install a newer one, then check again. Until then nothing is computed on it.',
  };
}

/** A device that did not come back from the check. */
export function goneWords(device: ComputeDevice, how: 'slow' | 'ended', seconds: number): Words {
  const fact =
    how === 'slow'
      ? `it had not answered after ${seconds} seconds`
      : 'the program that tried it was ended by its driver';
  return {
    verdict: `${DEVICE_WORDS[device]}: refused, because ${fact}`,
    advice: 'Install a newer driver, then check again. Until then nothing is computed on it.',
  };
}

export function readyWords(device: ComputeDevice, speed: DeviceSpeed, card: GraphicsCard | undefined): Words {
  const name = card && device !== 'cpu' ? ` (${describe(card)})` : '';
  const speedWords = `about ${Number(speed.gigaflops.toPrecision(2))} billion operations a second`;
  return { verdict: `${DEVICE_WORDS[device]}${name}: ready, ${speedWords}`, advice: null };
}

function describe({ maker, name, memoryBytes }: GraphicsCard): string {
  const memory = memoryBytes === null ? '' : ` with ${Math.round(memoryBytes / 2 ** 30)} GB`;
  if (name) return (name.startsWith(maker) ? name : `${maker} ${name}`) + memory;
  return maker === 'other' ? `a graphics card${memory}` : `an ${maker} card${memory}`;
}

function makers(cards: readonly GraphicsCard[]): string {
  const names = [...new Set(cards.map(({ maker }) => maker).filter((maker) => maker !== 'other'))];
  return names.length > 0 ? names.join(' or ') : 'the card’s maker';
}

/** The last clause of a library's message, without its source lines. */
function brief(reason: string): string {
  const line = reason.split('\n')[0].trim();
  const tail = line.slice(line.lastIndexOf(': ') + 1).trim();
  return (tail.length > 8 ? tail : line).replace(/[.;]+$/, '').slice(0, 160);
}
