import { workerData } from 'node:worker_threads';
import { type QueueMemory, serveCalls } from './kernel-queue.ts';
import { kernelsOver } from './kernels.ts';

const { memory, queue } = workerData as { memory: WebAssembly.Memory; queue: QueueMemory };
serveCalls(queue, kernelsOver(memory));
