import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ARRAY_TYPES, NumberArray } from '../data-pickle.ts';

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_RANK = 4;

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a NumPy array file. The header is a Python literal of three known keys; it is matched, never evaluated.
 *
 * Throws: data-format when damaged; unsupported for big-endian numbers and Python objects.
 * Source: NumPy Enhancement Proposal 1, versions 1 to 3.
 */
export function readNpy(bytes: Uint8Array, subject: string): NumberArray {
  const damaged = (fact: string) =>
    new WorkbenchError('data-format', `${subject}: ${fact}; it is not an intact .npy file, copy it again.`);
  if (!isNpy(bytes) || bytes.length < 12) throw damaged('it has no NumPy header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw damaged(`its format version ${version} is not 1, 2 or 3`);
  const headerStart = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES || headerStart + headerBytes > bytes.length)
    throw damaged(`its header claims ${headerBytes} bytes`);
  const header = new TextDecoder().decode(bytes.subarray(headerStart, headerStart + headerBytes));
  const descr = /'descr':\s*'([<>|=]?)([a-zA-Z]\d{0,3})'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const axes = /'shape':\s*\(([\d,\sL]*)\)/.exec(header);
  if (!descr || !order || !axes) throw damaged('its header does not describe an array of numbers');
  const type = ARRAY_TYPES.find((known) => known === descr[2]);
  if (!type || descr[1] === '>') {
    throw new WorkbenchError(
      'unsupported',
      `${subject}: its elements are ${descr[1]}${descr[2]}; save little-endian numbers (${ARRAY_TYPES.join(', ')}).`,
    );
  }
  const shape = (axes[1].match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  const data = bytes.subarray(headerStart + headerBytes);
  if (shape.length > MAX_RANK || count * Number(type.slice(1)) !== data.length)
    throw damaged(`its shape [${shape.join(', ')}] of ${type} does not fill ${data.length} bytes`);
  return new NumberArray(type, shape, order[1] === 'True', data);
}
