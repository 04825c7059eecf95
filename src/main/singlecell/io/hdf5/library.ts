import { openSync } from 'node:fs';
import os from 'node:os';
import * as h5wasm from 'h5wasm/node';
import { readFromMemory } from './memory-files.ts';

export type Hdf5 = typeof h5wasm;
let loaded: Promise<Hdf5> | undefined;

/**
 * The HDF5 library, made safe for damaged files.
 *
 * Note: as it comes, a failed read returns whatever was in memory and prints its stack on stderr; a failed read of
 * strings then frees pointers that were never set. Here a failed read throws, and string buffers start as zeros.
 */
export function hdf5(): Promise<Hdf5> {
  loaded ??= h5wasm.ready.then(() => {
    failOnBadRead();
    silenceDiagnostics();
    readFromMemory(h5wasm);
    return h5wasm;
  });
  return loaded;
}

function failOnBadRead(): void {
  const { Module } = h5wasm;
  const read = Module.get_dataset_data;
  Module.get_dataset_data = (fileId, path, count, offset, strides, pointer) => {
    const { vlen, size, total_size: total } = Module.get_dataset_metadata(fileId, path);
    if (vlen) {
      const n = count ? count.reduce((product, extent) => product * extent, 1n) : BigInt(total);
      Module.HEAPU8.fill(0, Number(pointer), Number(pointer) + Number(n) * size);
    }
    const status = read(fileId, path, count, offset, strides, pointer);
    if (status < 0) throw new Error(`${path} cannot be read`);
    return status;
  };
}

/** Sends what the C library prints on its own stderr to nowhere; the stderr of the process is not touched. */
function silenceDiagnostics(): void {
  const files = h5wasm.FS as unknown as { getStream(fd: number): { nfd?: number } | null } | null;
  const stderr = files?.getStream(2);
  if (stderr) stderr.nfd = openSync(os.devNull, 'w');
}
