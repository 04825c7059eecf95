import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#genecompass/checkpoint/byte-source.ts';
import { readPytorchCheckpoint } from '#genecompass/checkpoint/pytorch-zip.ts';
import { toFloat32 } from '#genecompass/checkpoint/stored-tensor.ts';
import { makeTorchFile, makeZip, type Member, torchMembers } from '../support/torch-file.ts';

const read = (bytes: Uint8Array) => readPytorchCheckpoint(bytesSource(bytes, 'model.bin'));
const tensors = {
  w: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  b: { shape: [2], data: Float32Array.of(-1, 0.5) },
};
const members = torchMembers(tensors);
const replaced = (name: string, changes: Partial<Member>) =>
  makeZip(members.map((member) => (member.name === name ? { ...member, ...changes } : member)));

describe('PyTorch archive', () => {
  it('reads tensors', () => {
    const found = read(makeTorchFile(tensors));
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(found.get(name)!.shape).toEqual(shape);
      expect(toFloat32(name, found.get(name)!)).toEqual(data);
    }
  });

  it('reads a transposed view in row-major order', () => {
    const view = { shape: [3, 2], stride: [1, 3], data: tensors.w.data };
    expect(toFloat32('w', read(makeTorchFile({ w: view })).get('w')!)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  });

  it('reads a zip64 archive', () => {
    expect(toFloat32('b', read(makeZip(members, { zip64: true })).get('b')!)).toEqual(tensors.b.data);
  });

  it.each([
    ['no archive', new Uint8Array(100), /no zip directory/],
    ['nothing', new Uint8Array(), /no zip directory|refers to/],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
      /placeholder \(Git LFS/,
    ],
    ['a compressed member', replaced('model/data/0', { method: 8 }), /data\/0 is compressed/],
    ['an encrypted member', replaced('model/data/0', { flags: 1 }), /data\/0 is encrypted/],
    [
      'a storage of another size',
      replaced('model/data/0', { bytes: new Uint8Array(8) }),
      /needs 24 bytes, its storage has 8/,
    ],
    ['a missing storage', makeZip(members.filter(({ name }) => name !== 'model/data/1')), /its storage is missing/],
    ['no pickle', makeZip(members.slice(1)), /holds 0 data.pkl/],
    ['two pickles', makeZip([...members, { ...members[0], name: 'other/data.pkl' }]), /holds 2 data.pkl/],
    ['a member twice', makeZip([...members, members[1]]), /is there twice/],
    [
      'a big-endian file',
      makeZip([...members, { name: 'model/byteorder', bytes: new TextEncoder().encode('big') }]),
      /big-endian/,
    ],
    [
      'a member that claims terabytes',
      replaced('model/data.pkl', { claimedSize: 0xfffffff0 }),
      /data.pkl and model\/data\/0 overlap/,
    ],
    ['wrong offsets', makeZip(members, { offsetShift: 3 }), /does not start where/],
    ['a cut file', makeTorchFile(tensors).slice(40), /cut|does not start|no zip directory|no directory entry/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('never fails in another way on damaged bytes', () => {
    const whole = makeTorchFile(tensors);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        try {
          for (const [name, tensor] of read(whole.with(at, byte))) toFloat32(name, tensor);
        } catch (error) {
          expect((error as Error).name).toBe('WorkbenchError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
