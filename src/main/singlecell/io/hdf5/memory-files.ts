import os from 'node:os';
import type { Hdf5 } from './library.ts';

/** Names of files that are held in memory; no path of this computer begins so. */
const PREFIX = '/held-in-memory/';
/** The library takes two files of one number for the same file. */
const INODES_FROM = 0x1_0000_0000;

interface Stream {
  fd: number;
  position: number;
}
interface FileStatus {
  size: number;
  ino: number;
  dev: number;
  mode: number;
}
/** The part of the library's file system that reading goes through. */
interface FileSystem {
  open(path: string, flags: number, mode?: number): Stream;
  close(stream: Stream): void;
  fstat(fd: number): FileStatus;
  stat(path: string, dontFollow?: boolean): FileStatus;
  read(stream: Stream, target: Uint8Array, offset: number, length: number, position?: number): number;
  getStream(fd: number): Stream | null;
}

const REGULAR_FILE = 0o100_444;
const contents = new Map<string, Buffer>();
let nNamed = 0;

/** Gives bytes a name under which the library opens them; `forget` frees them. */
export function nameInMemory(content: Buffer): { path: string; forget: () => void } {
  const path = `${PREFIX}${nNamed++}`;
  contents.set(path, content);
  return { path, forget: () => contents.delete(path) };
}

/** The bytes behind such a name; null for other names. */
export function heldInMemory(path: string): Buffer | null {
  return contents.get(path) ?? null;
}

/**
 * Lets the library read files that are held in memory.
 *
 * Note: the library is built to call the computer's files directly, so its own file system in memory is not there; its
 * heap would be too small for files of gigabytes anyway.
 */
export function readFromMemory(library: Hdf5): void {
  const files = library.FS as unknown as FileSystem;
  const { open, close, fstat, stat, read } = files;
  const opened = new Map<Stream, string>();
  const status = (path: string): FileStatus =>
    Object.assign(stat(os.devNull), {
      size: contents.get(path)?.length ?? 0,
      ino: INODES_FROM + Number(path.slice(PREFIX.length)),
      mode: REGULAR_FILE,
    });
  files.open = (path, flags, mode) => {
    if (!contents.has(path)) return open(path, flags, mode);
    const stream = open(os.devNull, 0, mode);
    opened.set(stream, path);
    return stream;
  };
  files.close = (stream) => {
    opened.delete(stream);
    close(stream);
  };
  files.stat = (path, dontFollow) => (contents.has(path) ? status(path) : stat(path, dontFollow));
  files.fstat = (fd) => {
    const stream = files.getStream(fd);
    const path = stream ? opened.get(stream) : undefined;
    return path === undefined ? fstat(fd) : status(path);
  };
  files.read = (stream, target, offset, length, position) => {
    const path = opened.get(stream);
    if (path === undefined) return read(stream, target, offset, length, position);
    const content = contents.get(path);
    const from = position ?? stream.position;
    const n = Math.max(0, Math.min(length, (content?.length ?? 0) - from));
    if (content && n > 0) target.set(content.subarray(from, from + n), offset);
    if (position === undefined) stream.position = from + n;
    return n;
  };
}
