import { isTarHeader, TAR_BLOCK } from '../archive/tar-header.ts';
import { readSome, type Place } from '../place.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The superblock may lie at 0, 512 or any doubling of it; user blocks beyond this are not known in the field. */
const PLACES = [0, 512, 1024, 2048];

/** Whether a file starts as HDF5 does. False for folders and for what cannot be read. */
export async function isHdf5(place: Place): Promise<boolean> {
  for (const start of PLACES) {
    const found = await readSome(place, SIGNATURE.length, start).catch(() => new Uint8Array(0));
    // An archive whose first file is HDF5 looks like one with a user block.
    if (SIGNATURE.equals(found)) return start === 0 || !isTarHeader(await readSome(place, TAR_BLOCK));
  }
  return false;
}
