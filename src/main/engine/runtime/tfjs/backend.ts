import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** `tensorflow` is the native library of a package the user installs; the other two come with the workbench. */
export type TfjsBackend = 'cpu' | 'wasm' | 'tensorflow';

export const TFJS_BACKENDS: readonly TfjsBackend[] = ['cpu', 'wasm', 'tensorflow'];

/** Asked for in this order. */
const NATIVE_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

const LOADERS: Readonly<Record<TfjsBackend, () => Promise<void>>> = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
  },
  wasm: loadWasm,
  tensorflow: loadNative,
};

const loaded = new Set<TfjsBackend>();

/** TensorFlow.js has one current backend for the whole process, so work on it is done one piece after another. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs a synchronous piece of work with `backend` as the current one.
 *
 * Throws: unavailable when the backend is not installed or does not start.
 */
export function onBackend<T>(backend: TfjsBackend, work: () => T): Promise<T> {
  const mine = turn.then(async () => {
    await activate(backend);
    return work();
  });
  turn = mine.catch(() => undefined);
  return mine;
}

async function activate(backend: TfjsBackend): Promise<void> {
  if (loaded.has(backend) && tf.getBackend() === backend) return;
  // Without it the first tensor prints advertisement for another package.
  tf.enableProdMode();
  if (!loaded.has(backend)) await LOADERS[backend]();
  if (!(await tf.setBackend(backend))) {
    throw new WorkbenchError(
      'unavailable',
      `TensorFlow.js: its ${backend} backend does not start; choose another device.`,
    );
  }
  loaded.add(backend);
}

async function loadWasm(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(path.dirname(entry) + path.sep);
  // Its threads are web workers, which Node has not.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
}

async function loadNative(): Promise<void> {
  const reasons: string[] = [];
  for (const name of NATIVE_PACKAGES) {
    try {
      // A name that no bundler can follow: the package is not part of the workbench.
      await import(/* @vite-ignore */ name);
      return;
    } catch (error) {
      const missing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
      reasons.push(`${name} ${missing ? 'is not installed' : `does not load (${String(error).split('\n')[0]})`}`);
    }
  }
  throw new WorkbenchError(
    'unavailable',
    `TensorFlow.js native library: ${reasons.join(', ')}. It cannot be installed offline, since its installer fetches ` +
      'the library, nor on current versions of Node; use ONNX Runtime, which needs neither.',
  );
}
