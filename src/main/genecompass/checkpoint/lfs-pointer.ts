import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const SIGNATURE = 'version https://git-lfs.github.com/spec/';
/** Pointers have about 130 bytes; the specification allows fewer than 1024. */
export const POINTER_BYTES = 1024;

/** Whether these first bytes are those of a Git LFS placeholder. */
export function isPointer(start: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(start.subarray(0, SIGNATURE.length)) === SIGNATURE;
}

/** Throws: data-format when the file was downloaded without its content. */
export function refusePointer(name: string, start: Uint8Array): void {
  if (!isPointer(start)) return;
  const size = /\nsize (\d{1,15})\n/.exec(new TextDecoder('latin1').decode(start.subarray(0, POINTER_BYTES)))?.[1];
  throw new WorkbenchError(
    'data-format',
    `${name}: this is a placeholder (Git LFS pointer) for a file${size ? ` of ${size} bytes` : ''}, not the file; fetch the real file, for example with "git lfs pull", and try again.`,
  );
}
