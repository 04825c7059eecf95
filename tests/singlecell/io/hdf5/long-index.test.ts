import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { H5File } from '#singlecell/io/hdf5/file.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { PYTHON } from '#tests/support/python.ts';

const isAbsent = spawnSync(PYTHON, ['-c', 'import h5py']).status !== 0;
const reason = isAbsent ? ` (skipped: ${PYTHON} has no h5py)` : '';
const N = 140_003;
const WRITE = `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "w", libver="latest") as f:
    v = np.arange(${N}, dtype="i4") % 251
    f.create_dataset("fixed", data=v[:5003], chunks=(2,), compression="lzf")
    f.create_dataset("grows", data=v, chunks=(1,), maxshape=(None,), compression="lzf")
    gaps = f.create_dataset("gaps", (${N},), "i4", chunks=(1,), maxshape=(None,), compression="lzf")
    gaps[${N - 3}:] = v[${N - 3}:]
    late = f.create_dataset("late", (5003,), "i4", chunks=(2,), compression="lzf")
    late[4999:] = v[4999:5003]
    f.create_dataset("several", data=v[:64].reshape(8, 8), chunks=(4, 4), maxshape=(None, None), compression="lzf")
`;
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-long-index-'));
const file = path.join(folder, 'long.h5');
if (!isAbsent) spawnSync(PYTHON, ['-c', WRITE, file], { stdio: 'inherit' });
afterAll(() => rmSync(folder, { recursive: true }));
const value = (i: number): number => i % 251;
const values = (n: number): number[] => Array.from({ length: n }, (_, i) => value(i));

describe.skipIf(isAbsent)(`an index of many chunks in the newest layout${reason}`, () => {
  it('is read through all its blocks and pages, those never written too', async () => {
    const open = await H5File.open(await diskPlace(file));
    try {
      expect(Array.from(open.numbers('fixed'))).toEqual(values(5003));
      expect(Array.from(open.numbers('grows'))).toEqual(values(N));
      expect(Array.from(open.numbers('gaps'))).toEqual(values(N).map((n, i) => (i < N - 3 ? 0 : n)));
      expect(Array.from(open.numbers('late'))).toEqual(values(5003).map((n, i) => (i < 4999 ? 0 : n)));
      expect(() => open.numbers('several')).toThrow(
        'several is compressed with lzf in an array that grows along several axes, gzip is expected; where its filter is installed: h5repack -f GZIP=4 "long.h5" "long-gzip.h5".',
      );
    } finally {
      open.close();
    }
  });

  it('that is damaged is told, and nothing is read beyond the file', async () => {
    const bytes = readFileSync(file);
    let told = 0;
    for (const signature of ['FAHD', 'FADB', 'EAHD', 'EAIB', 'EASB', 'EADB']) {
      const damaged = Buffer.from(bytes);
      for (let at = damaged.indexOf(signature); at >= 0; at = damaged.indexOf(signature, at + 1))
        damaged.fill(0xfe, at + 4, at + 24);
      const copy = path.join(folder, `${signature}.h5`);
      writeFileSync(copy, damaged);
      const open = await H5File.open(await diskPlace(copy));
      for (const name of ['fixed', 'grows'])
        try {
          open.numbers(name);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'data-format' });
          told++;
        }
      open.close();
    }
    expect(told).toBeGreaterThanOrEqual(3);
  });
});
