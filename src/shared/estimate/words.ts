import type { EstimateWarning, RunEstimate } from '../domain/run-estimate.ts';
import { ESTIMATE_ENGLISH } from './english.ts';

/** How a language writes an estimate. */
export interface EstimateWords {
  /** The text of a key such as `says.exact`, its gaps filled. */
  text: (key: string, values?: Record<string, string>) => string;
  count: (value: number) => string;
  bytes: (value: number) => string;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a job takes, in sentences. */
export function estimateSentences(estimate: Omit<RunEstimate, 'words'>, words: EstimateWords): string[] {
  const { passes, seconds, fallback, memory, disk, nGenes, nCells, device } = estimate;
  const say = (key: keyof typeof ESTIMATE_ENGLISH.says, values: Record<string, string>) =>
    words.text(`says.${key}`, values);
  const sizes = { memory: words.bytes(memory.bytes), disk: words.bytes(disk.bytes) };
  const subjects = { genes: words.count(nGenes), cells: words.count(nCells) };
  const sentences = [
    seconds
      ? say('cost', { ...sizes, time: timeWords(seconds, words), device: words.text(`devices.${device}`) })
      : say('costWithoutTime', sizes),
    passes.from === passes.to
      ? say('exact', { ...subjects, passes: words.count(passes.to) })
      : say('range', { ...subjects, from: words.count(passes.from), to: words.count(passes.to) }),
  ];
  if (!fallback) return sentences;
  const most = { passes: words.count(fallback.passes) };
  return [
    ...sentences,
    fallback.seconds
      ? say('fallback', { ...most, time: timeWords(fallback.seconds, words) })
      : say('fallbackWithoutTime', most),
  ];
}

/** What stands against it and what can be done, in the order of weight. */
export function warningSentences(
  { warnings, memory, disk }: Omit<RunEstimate, 'words'>,
  words: EstimateWords,
): string[] {
  const values: Record<EstimateWarning, Record<string, string>> = {
    memory: { needed: words.bytes(memory.bytes), total: words.bytes(memory.totalBytes) },
    'memory-now': { needed: words.bytes(memory.bytes), free: words.bytes(memory.freeBytes) },
    card: {},
    disk: { needed: words.bytes(disk.bytes), free: words.bytes(disk.freeBytes ?? 0) },
    long: {},
  };
  return warnings.map((warning) => words.text(`warnings.${warning}`, values[warning]));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A range of seconds in the unit that a person would choose. */
export function timeWords({ from, to }: Range, words: EstimateWords): string {
  if (to < 0.9 * MINUTE) return words.text('time.moment');
  const [unit, size] =
    to < 1.5 * HOUR
      ? (['minute', MINUTE] as const)
      : to < 2 * DAY
        ? (['hour', HOUR] as const)
        : (['day', DAY] as const);
  const [low, high] = [Math.max(1, rounded(from / size)), Math.max(1, rounded(to / size))];
  if (low < high) return words.text(`time.${unit}sRange`, { from: words.count(low), to: words.count(high) });
  return high === 1 ? words.text(`time.${unit}`) : words.text(`time.${unit}s`, { n: words.count(high) });
}

/** Two digits: more would be made up. */
function rounded(value: number): number {
  return value < 10 ? Math.round(value) : Number(value.toPrecision(2));
}

function fill(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap);
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** For the command line and logs. */
export const ENGLISH_WORDS: EstimateWords = {
  text: (key, values = {}) => {
    const [group, name] = key.split('.', 2);
    const texts: Record<string, Record<string, string>> = ESTIMATE_ENGLISH;
    return fill(texts[group]?.[name] ?? key, values);
  },
  count: (value) => Math.round(value).toLocaleString('en'),
  bytes: (value) => {
    const power = Math.min(UNITS.length, Math.max(1, Math.floor(Math.log10(Math.max(1, value)) / 3)));
    const size = value / 1000 ** power;
    return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[power - 1]}`;
  },
};
