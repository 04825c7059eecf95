import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface GraphicsCard {
  readonly maker: 'NVIDIA' | 'AMD' | 'Intel' | 'other';
  /** Null where only the maker is known. */
  readonly name: string | null;
  /** Null where the system does not tell. */
  readonly memoryBytes: number | null;
}

/** What is asked of the system; every answer may be missing or nonsense. */
export interface CardSources {
  /** Names in a folder; rejects where there is none. */
  list(folder: string): Promise<string[]>;
  read(file: string): Promise<string>;
  /** One line a card: name, MiB. Rejects where the program is missing. */
  nvidiaSmi(): Promise<string>;
}

const DRM = '/sys/class/drm';
const MAKERS: Readonly<Record<string, GraphicsCard['maker']>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
};
const SMI_TIMEOUT_MS = 5000;
const MIB = 2 ** 20;
/** More than any card has; a larger number is a misreading. */
const MOST_BYTES = 2 ** 42;

export const systemSources: CardSources = {
  list: (folder) => readdir(folder),
  read: (file) => readFile(file, 'utf8'),
  nvidiaSmi: async () => {
    const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
    return (await promisify(execFile)('nvidia-smi', query, { timeout: SMI_TIMEOUT_MS, windowsHide: true })).stdout;
  },
};

/** Graphics cards the system tells of: NVIDIA's own program where it is installed, the kernel's list on Linux. Never throws. */
export async function findGraphicsCards(sources: CardSources = systemSources): Promise<GraphicsCard[]> {
  const listed = await kernelCards(sources);
  const nvidia = await nvidiaCards(sources);
  return nvidia.length > 0 ? [...nvidia, ...listed.filter(({ maker }) => maker !== 'NVIDIA')] : listed;
}

async function nvidiaCards(sources: CardSources): Promise<GraphicsCard[]> {
  const text = await sources.nvidiaSmi().catch(() => '');
  return text
    .split('\n')
    .slice(0, 64)
    .flatMap((line) => {
      const match = /^\s*([\w .()/+-]{1,80}?)\s*,\s*(\d{1,9})\s*$/.exec(line);
      return match
        ? [{ maker: 'NVIDIA' as const, name: match[1], memoryBytes: plausible(Number(match[2]) * MIB) }]
        : [];
    });
}

async function kernelCards(sources: CardSources): Promise<GraphicsCard[]> {
  const names = await sources.list(DRM).catch(() => []);
  const cards: GraphicsCard[] = [];
  for (const name of names.filter((each) => /^card\d{1,3}$/.test(each)).sort()) {
    const device = `${DRM}/${name}/device`;
    const vendor = (await sources.read(`${device}/vendor`).catch(() => '')).trim();
    if (!/^0x[0-9a-f]{4}$/.test(vendor)) continue;
    const total = (await sources.read(`${device}/mem_info_vram_total`).catch(() => '')).trim();
    cards.push({
      maker: MAKERS[vendor] ?? 'other',
      name: null,
      memoryBytes: /^\d{1,15}$/.test(total) ? plausible(Number(total)) : null,
    });
  }
  return cards;
}

function plausible(bytes: number): number | null {
  return bytes > 0 && bytes < MOST_BYTES ? bytes : null;
}
