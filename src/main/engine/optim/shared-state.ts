import { sizeOf } from '../ir/value.ts';
import type { Tensor } from '../runtime/tensor.ts';
import type { AdamWCoefficients } from './adamw.ts';
import type { AdamWState, AdamWStateOptions, Tensors } from './adamw-state.ts';
import type { KernelCall } from './kernel-queue.ts';
import { KernelThreads, usefulThreads } from './kernel-threads.ts';

/** Elements of one call: four arrays of them stay in a second-level cache, and threads share a pass evenly. */
const CALL_ELEMENTS = 2 ** 18;
/** Below this a helper takes longer to start and to wake than it saves. */
const MIN_ELEMENTS_FOR_THREADS = 2 ** 23;
const PAGE = 2 ** 16;
/** One page less than 32 bits address, so that no end of an array is 0. */
const MAX_PAGES = 2 ** 16 - 1;
const FLOAT = 4;
/** Parameters, both moments and gradients; gradients of a further batch come on top when they are asked for. */
const REGIONS = 4;
/** Four doubles a tensor. */
const SQUARES = 32;

/** Where a tensor lies in every region. */
interface Place {
  readonly name: string;
  /** First element. */
  readonly start: number;
  readonly length: number;
}

/** AdamW over one shared memory by vector kernels; null where the memory cannot be had. */
export function sharedState(given: Tensors, options: AdamWStateOptions): AdamWState | null {
  const names = Object.keys(given);
  const { places, nDecaying, nElements } = placesOf(names, given, options.decays);
  const base = roundUp(SQUARES * names.length, 16);
  const pagesFor = (regions: number) => Math.ceil((base + regions * nElements * FLOAT) / PAGE);
  if (pagesFor(REGIONS + 1) > MAX_PAGES) return null;
  const memory = memoryOf(Math.max(1, pagesFor(REGIONS)), Math.max(1, pagesFor(REGIONS + 1)));
  return memory && new SharedState({ given, names, places, nDecaying, nElements, base, memory, options });
}

interface Layout {
  readonly given: Tensors;
  readonly names: readonly string[];
  readonly places: readonly Place[];
  /** The first so many elements are of tensors with weight decay. */
  readonly nDecaying: number;
  readonly nElements: number;
  /** Address of the first region. */
  readonly base: number;
  readonly memory: WebAssembly.Memory;
  readonly options: AdamWStateOptions;
}

class SharedState implements AdamWState {
  readonly parameters: Tensors;
  readonly first: Tensors;
  readonly second: Tensors;
  readonly gradients: Tensors;
  readonly #layout: Layout;
  readonly #threads: KernelThreads;
  #further: Tensors | undefined;

  constructor(layout: Layout) {
    const { given, names, nElements, memory, options } = layout;
    this.#layout = layout;
    [this.parameters, this.first, this.second, this.gradients] = [0, 1, 2, 3].map((region) => this.#tensors(region));
    for (const name of names) (this.parameters[name].data as Float32Array).set(given[name].data as Float32Array);
    const nThreads = options.nThreads ?? (nElements < MIN_ELEMENTS_FOR_THREADS ? 1 : usefulThreads());
    this.#threads = new KernelThreads(memory, names.length + 2 + Math.ceil(nElements / CALL_ELEMENTS), nThreads);
  }

  further(): Tensors {
    if (!this.#further) {
      const { base, nElements, memory } = this.#layout;
      const bytes = base + (REGIONS + 1) * nElements * FLOAT;
      memory.grow(Math.max(0, Math.ceil((bytes - memory.buffer.byteLength) / PAGE)));
      this.#further = this.#tensors(REGIONS);
    }
    return this.#further;
  }

  addFurther(before: number, share: number): void {
    if (!this.#further) return;
    const [to, from] = [this.#address(3), this.#address(REGIONS)];
    const calls = cut(0, this.#layout.nElements).map(({ start, n }): KernelCall => ({
      kernel: 'mix',
      args: [to + start * FLOAT, from + start * FLOAT, n, before, share],
    }));
    this.#threads.run(calls);
  }

  gradientNorm(): number {
    const { names, places, memory } = this.#layout;
    const gradients = this.#address(3);
    // A sum over one tensor has one order and stays whole; the longest begin, so that threads end together.
    const calls = places
      .map(({ start, length }, i): KernelCall => ({
        kernel: 'squares',
        args: [gradients + start * FLOAT, length - (length % 4), SQUARES * i],
      }))
      .sort((x, y) => y.args[1] - x.args[1]);
    this.#threads.run(calls);
    const sums = new Float64Array(memory.buffer, 0, 4 * places.length);
    const byName = new Map(
      places.map(({ name, length }, i) => {
        let [a] = sums.subarray(4 * i);
        const [, b, c, d] = sums.subarray(4 * i);
        const data = this.gradients[name].data as Float32Array;
        for (let at = length - (length % 4); at < length; at++) a += data[at] * data[at];
        return [name, a + b + (c + d)];
      }),
    );
    return Math.sqrt(names.reduce((total, name) => total + byName.get(name)!, 0));
  }

  update(coefficients: AdamWCoefficients): void {
    const { nDecaying, nElements } = this.#layout;
    const { keepFirst, takeFirst, keepSecond, takeSecond, stepSize, epsilon, shrink } = coefficients;
    const addresses = [0, 1, 2, 3].map((region) => this.#address(region));
    const callsOver = (from: number, to: number, factor: number) =>
      cut(from, to).map(({ start, n }): KernelCall => {
        const numbers = [keepFirst, takeFirst, keepSecond, takeSecond, stepSize, epsilon, factor];
        return { kernel: 'update', args: [...addresses.map((address) => address + start * FLOAT), n, ...numbers] };
      });
    this.#threads.run([...callsOver(0, nDecaying, shrink), ...callsOver(nDecaying, nElements, 1)]);
  }

  dispose(): void {
    this.#threads.end();
  }

  #address(region: number): number {
    return this.#layout.base + region * this.#layout.nElements * FLOAT;
  }

  #tensors(region: number): Tensors {
    const { names, places, given, memory } = this.#layout;
    const from = this.#address(region);
    const data = new Map(
      places.map(({ name, start, length }) => [name, new Float32Array(memory.buffer, from + start * FLOAT, length)]),
    );
    return Object.fromEntries(
      names.map((name): [string, Tensor] => [
        name,
        { dtype: 'float32', shape: given[name].shape, data: data.get(name)! },
      ]),
    );
  }
}

/** Tensors with weight decay first, each on a multiple of four elements. */
function placesOf(names: readonly string[], given: Tensors, decays: (name: string) => boolean) {
  let nElements = 0;
  const places: Place[] = [];
  const place = (name: string) => {
    const length = sizeOf(given[name].shape);
    places.push({ name, start: nElements, length });
    nElements += roundUp(length, 4);
  };
  names.filter((name) => decays(name)).forEach(place);
  const nDecaying = nElements;
  names.filter((name) => !decays(name)).forEach(place);
  return { places, nDecaying, nElements };
}

function cut(from: number, to: number): { start: number; n: number }[] {
  return Array.from({ length: Math.ceil((to - from) / CALL_ELEMENTS) }, (_, i) => {
    const start = from + i * CALL_ELEMENTS;
    return { start, n: Math.min(CALL_ELEMENTS, to - start) };
  });
}

function memoryOf(initial: number, maximum: number): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch {
    return null;
  }
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
