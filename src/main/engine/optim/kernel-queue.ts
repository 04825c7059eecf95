import { KERNEL_NAMES, type Kernels } from './kernels.ts';

/** One run of a kernel over a part of the memory. */
export interface KernelCall {
  readonly kernel: (typeof KERNEL_NAMES)[number];
  readonly args: readonly number[];
}

/** A call in numbers: which kernel, how many arguments, the arguments. */
const CALL_LENGTH = 14;
/** More than there are calls: nobody takes one while the list is written. */
const CLOSED = 2 ** 30;
const NEXT = 0;
const COUNT = 1;
/** Place among the controls of the number of calls that are done. */
export const DONE = 2;
const ROUND = 3;
const ENDED = 4;
const N_CONTROLS = 5;

/** What all threads of a queue see. */
export interface QueueMemory {
  readonly controls: Int32Array<SharedArrayBuffer>;
  readonly calls: Float64Array<SharedArrayBuffer>;
}

export function queueMemory(maxCalls: number): QueueMemory {
  const controls = new Int32Array(new SharedArrayBuffer(4 * N_CONTROLS));
  controls[NEXT] = CLOSED;
  return { controls, calls: new Float64Array(new SharedArrayBuffer(8 * CALL_LENGTH * maxCalls)) };
}

/**
 * Runs calls that do not touch each other's results, in any order, with whatever other threads take some.
 *
 * Note: returns when all are done, whether or not another thread listens: who gives the calls takes them too.
 */
export function runCalls({ controls, calls }: QueueMemory, kernels: Kernels, list: readonly KernelCall[]): void {
  list.forEach(({ kernel, args }, i) => {
    calls[i * CALL_LENGTH] = KERNEL_NAMES.indexOf(kernel);
    calls[i * CALL_LENGTH + 1] = args.length;
    calls.set(args, i * CALL_LENGTH + 2);
  });
  Atomics.store(controls, DONE, 0);
  Atomics.store(controls, COUNT, list.length);
  Atomics.store(controls, NEXT, 0);
  Atomics.add(controls, ROUND, 1);
  Atomics.notify(controls, ROUND);
  takeCalls({ controls, calls }, kernels);
  for (;;) {
    const done = Atomics.load(controls, DONE);
    if (done === list.length) break;
    Atomics.wait(controls, DONE, done);
  }
  Atomics.store(controls, NEXT, CLOSED);
}

function takeCalls({ controls, calls }: QueueMemory, kernels: Kernels): void {
  for (;;) {
    const i = Atomics.add(controls, NEXT, 1);
    if (i >= Atomics.load(controls, COUNT)) return;
    const [kernel, n] = calls.subarray(i * CALL_LENGTH);
    const args = calls.subarray(i * CALL_LENGTH + 2, i * CALL_LENGTH + 2 + n);
    (kernels[KERNEL_NAMES[kernel]] as (...args: number[]) => void)(...args);
    Atomics.add(controls, DONE, 1);
    Atomics.notify(controls, DONE);
  }
}

/** Takes calls until the queue ends; for a thread that does nothing else. */
export function serveCalls(queue: QueueMemory, kernels: Kernels): void {
  const { controls } = queue;
  for (;;) {
    const round = Atomics.load(controls, ROUND);
    if (Atomics.load(controls, ENDED) === 1) return;
    takeCalls(queue, kernels);
    Atomics.wait(controls, ROUND, round);
  }
}

/** Lets the threads that serve a queue end. */
export function endQueue({ controls }: QueueMemory): void {
  Atomics.store(controls, ENDED, 1);
  Atomics.add(controls, ROUND, 1);
  Atomics.notify(controls, ROUND);
}
