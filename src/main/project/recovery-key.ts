import { createHash } from 'node:crypto';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Crockford's alphabet: no I, L, O or U, so a hand-copied key is not misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOOK_ALIKES: Record<string, string> = { O: '0', I: '1', L: '1' };
const KEY_BYTES = 32;
const CHECK_BYTES = 3;
const GROUP = 4;

/**
 * A 32-byte key for paper: 56 letters and digits in groups of four, the last three bytes a check sum.
 *
 * Source: alphabet of Crockford's base32.
 */
export function printRecoveryKey(key: Uint8Array): string {
  const text = encode(Buffer.concat([key, checkOf(key)]));
  return text.match(new RegExp(`.{1,${GROUP}}`, 'g'))!.join('-');
}

/** Reads what `printRecoveryKey` wrote; case, spaces and dashes do not matter. Throws: `invalid-input`. */
export function parseRecoveryKey(text: string): Buffer {
  const letters = [...text.toUpperCase().replaceAll(/[\s-]/g, '')].map((letter) => LOOK_ALIKES[letter] ?? letter);
  const wanted = Math.ceil(((KEY_BYTES + CHECK_BYTES) * 8) / 5);
  if (letters.length !== wanted) {
    throw new WorkbenchError(
      'invalid-input',
      `Recovery key: it has ${letters.length} letters and digits instead of ${wanted}; copy the whole key.`,
    );
  }
  const bytes = decode(letters);
  const key = bytes?.subarray(0, KEY_BYTES);
  if (!bytes || !key || !checkOf(key).equals(bytes.subarray(KEY_BYTES))) {
    throw new WorkbenchError(
      'invalid-input',
      'Recovery key: a letter or digit is wrong (the check characters do not match); compare it with the printed key.',
    );
  }
  return Buffer.from(key);
}

function checkOf(key: Uint8Array): Buffer {
  return createHash('sha256').update('gcwproj recovery key\0').update(key).digest().subarray(0, CHECK_BYTES);
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return text;
}

function decode(letters: string[]): Buffer | null {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return Buffer.from(bytes);
}
