import { open } from 'node:fs/promises';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The superblock may lie at 0, 512 or any doubling of it; user blocks beyond this are not known in the field. */
const PLACES = [0, 512, 1024, 2048];

/** Whether a file starts as HDF5 does. False for folders and for what cannot be read. */
export async function isHdf5(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) return false;
  try {
    const buffer = Buffer.alloc(SIGNATURE.length);
    for (const place of PLACES) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, place);
      if (bytesRead === buffer.length && buffer.equals(SIGNATURE)) return true;
    }
    return false;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
