import crypto from 'node:crypto';
import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { DEFAULT_KDF_COST, fits, keyFromPassphrase, newKey, readHeader } from '#project/key.ts';
import { parseRecoveryKey, printRecoveryKey } from '#project/recovery-key.ts';
import { TEST_KDF, thrownBy } from './support.ts';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the recovery key', () => {
  it('comes back from paper', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const text = printRecoveryKey(key);
        expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(parseRecoveryKey(` ${text.toLowerCase()}\n`)).toEqual(Buffer.from(key));
      }),
    );
  });

  it('refuses a wrong letter, two swapped ones, and a part of it', () => {
    fc.assert(
      fc.property(keys, fc.nat(55), fc.nat(30), (key, at, step) => {
        const letters = [...printRecoveryKey(key).replaceAll('-', '')];
        const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        const wrong = letters.with(at, alphabet[(alphabet.indexOf(letters[at]) + step + 1) % 32]);
        expect(() => parseRecoveryKey(wrong.join(''))).toThrow('check characters');
        const next = (at + 1) % 56;
        if (letters[at] !== letters[next]) {
          const swapped = letters.with(at, letters[next]).with(next, letters[at]);
          expect(() => parseRecoveryKey(swapped.join(''))).toThrow('check characters');
        }
        expect(() => parseRecoveryKey(letters.slice(0, at).join(''))).toThrow('instead of 56');
      }),
    );
    expect(() => parseRecoveryKey('U'.repeat(56))).toThrow('check characters');
  });
});

describe('the key header', () => {
  it('gives the same key for the same passphrase and none for another', async () => {
    const { header, dataKey } = await newKey('a passphrase', TEST_KDF);
    expect(header.bytes).toHaveLength(16);
    expect(header.bytes.toString('latin1', 0, 3)).toBe('GCW');
    expect(fits(dataKey, header)).toBe(true);
    const verdict = readHeader(header.bytes);
    expect(verdict).toEqual({ kind: 'project', header });
    expect(await keyFromPassphrase('a passphrase', header)).toEqual(dataKey);
    expect(await keyFromPassphrase('a passphrasf', header)).toBeNull();
    expect((await newKey('a passphrase', TEST_KDF)).dataKey.equals(dataKey)).toBe(false);
  });

  it('keeps the cost it was made with', async () => {
    for (const cost of [TEST_KDF, { memoryKiB: 16, iterations: 8 }, { memoryKiB: 256, iterations: 2 }]) {
      expect((await newKey('x', cost)).header.cost).toEqual(cost);
      const verdict = readHeader((await newKey('x', cost)).header.bytes);
      expect(verdict.kind === 'project' && verdict.header.cost).toEqual(cost);
    }
    expect(DEFAULT_KDF_COST).toEqual({ memoryKiB: 65_536, iterations: 3 });
  });

  it('refuses a cost out of bounds', async () => {
    for (const cost of [
      { memoryKiB: 4, iterations: 1 },
      { memoryKiB: 100, iterations: 1 },
      { memoryKiB: 2 ** 21, iterations: 1 },
      { memoryKiB: 64, iterations: 9 },
      { memoryKiB: 64, iterations: 0 },
    ]) {
      expect(await thrownBy(() => newKey('x', cost))).toMatchObject({ code: 'invalid-input' });
    }
  });

  it('knows what is no project and what is a later one', () => {
    const bytes = (version: number, cost: number) =>
      Buffer.concat([Buffer.from('GCW'), Buffer.from([version, cost]), Buffer.alloc(11)]);
    expect(readHeader(bytes(2, 0)).kind).toBe('newer');
    expect(readHeader(bytes(0, 128)).kind).toBe('foreign');
    // 2^31 KiB would be a way to make the workbench ask for all memory.
    expect(readHeader(bytes(1, 31 << 3)).kind).toBe('foreign');
    expect(readHeader(Buffer.from('SQLite format 3\0')).kind).toBe('foreign');
    expect(readHeader(Buffer.from('GCW')).kind).toBe('foreign');
  });

  it.skipIf(!('argon2Sync' in crypto))(
    'derives what OpenSSL derives (skipped where node:crypto has no Argon2)',
    async () => {
      const { header, dataKey } = await newKey('a passphrase', { memoryKiB: 1024, iterations: 3 });
      const key = crypto.argon2Sync('argon2id', {
        message: Buffer.from('a passphrase'),
        nonce: header.bytes.subarray(0, 14),
        parallelism: 1,
        tagLength: 32,
        memory: 1024,
        passes: 3,
      });
      expect(dataKey.equals(key)).toBe(true);
    },
  );
});
