import { KERNELS } from './kernels-wasm.ts';

/** Passes over one memory; see `kernels.wat`. Addresses are bytes, lengths elements. */
export interface Kernels {
  readonly update: (
    parameter: number,
    first: number,
    second: number,
    gradient: number,
    n: number,
    ...rest: number[]
  ) => void;
  readonly squares: (from: number, n: number, out: number) => void;
  readonly mix: (to: number, from: number, n: number, before: number, share: number) => void;
}

/** By number, as threads tell each other which one to run. */
export const KERNEL_NAMES = ['update', 'squares', 'mix'] as const satisfies readonly (keyof Kernels)[];

let compiled: WebAssembly.Module | undefined;

export function kernelsOver(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNELS, 'base64'));
  return new WebAssembly.Instance(compiled, { host: { memory } }).exports as unknown as Kernels;
}
