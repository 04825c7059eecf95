import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#genecompass/checkpoint/byte-source.ts';
import { readSafetensors, writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import {
  float32Tensor,
  int64Tensor,
  type StoredTensor,
  toFloat32,
  toInt32,
} from '#genecompass/checkpoint/stored-tensor.ts';

const read = (bytes: Uint8Array) => readSafetensors(bytesSource(bytes, 'm.safetensors'));

function file(header: unknown, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('safetensors', () => {
  it('returns what was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((k) => k !== '__metadata__' && k !== '__proto__'),
          fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })),
        ),
        (table) => {
          const tensors = new Map(
            Object.entries(table).map(([k, v]) => [k, float32Tensor(Float32Array.from(v), [v.length])]),
          );
          const back = read(writeSafetensors(tensors, { hash: 'abc' }));
          expect(back.metadata).toEqual({ hash: 'abc' });
          expect([...back.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, values] of Object.entries(table)) {
            expect(toFloat32(name, back.tensors.get(name)!)).toEqual(Float32Array.from(values));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads the file of the reference implementation', () => {
    // safetensors 0.4.0 (Python): save({'a': np.array([[1., -2.]], np.float32), 'b': np.array([7], np.int64)})
    const header =
      '{"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}';
    const bytes = file(header, 16);
    const view = new DataView(bytes.buffer, 8 + header.length);
    view.setBigInt64(0, 7n, true);
    view.setFloat32(8, 1, true);
    view.setFloat32(12, -2, true);
    const { tensors } = read(bytes);
    expect(toInt32('b', tensors.get('b')!)).toEqual(Int32Array.of(7));
    expect(toFloat32('a', tensors.get('a')!)).toEqual(Float32Array.of(1, -2));
    expect(tensors.get('a')!.shape).toEqual([1, 2]);
  });

  it('widens half precision', () => {
    const half = (dtype: 'F16' | 'BF16', bits: number[]): StoredTensor => ({
      dtype,
      shape: [bits.length],
      read: () => new Uint8Array(Uint16Array.from(bits).buffer),
    });
    expect(toFloat32('h', half('F16', [0x3c00, 0xc000, 0x0001, 0x3555]))).toEqual(
      Float32Array.of(1, -2, 2 ** -24, 0.333251953125),
    );
    expect(toFloat32('b', half('BF16', [0x3f80, 0xc000]))).toEqual(Float32Array.of(1, -2));
  });

  it('keeps integers and refuses those that do not fit', () => {
    expect(toInt32('i', int64Tensor([3, -4], [2]))).toEqual(Int32Array.of(3, -4));
    expect(() => toInt32('i', int64Tensor([2 ** 40], [1]))).toThrow(/not a 32-bit integer/);
  });

  it('refuses weights that are not finite', () => {
    expect(() => toFloat32('w', float32Tensor(Float32Array.of(1, NaN), [2]))).toThrow(/element 1 is NaN/);
  });

  const entry = (start: number, end: number, shape = [(end - start) / 4]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [start, end],
  });
  it.each([
    ['a header longer than the file', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 123), /claims 4294967295 bytes/],
    ['no header', new Uint8Array(4), /refers to 8 bytes/],
    ['a header that is not JSON', file('{"a"'), /not JSON/],
    ['a list', file([1]), /not a JSON object/],
    ['a negative offset', file({ a: entry(-4, 0) }), /malformed/],
    ['a fractional length', file({ a: { dtype: 'F32', shape: [0.5], data_offsets: [0, 2] } }, 2), /malformed/],
    ['a shape that is larger than its bytes', file({ a: entry(0, 4, [1000, 1000]) }, 4), /does not fill/],
    ['a shape whose product overflows', file({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4), /does not fill/],
    ['overlapping tensors', file({ a: entry(0, 8), b: entry(4, 12) }, 12), /starts at byte 4, not 8/],
    ['a hole', file({ a: entry(0, 4), b: entry(8, 12) }, 12), /starts at byte 8, not 4/],
    ['bytes that nothing describes', file({ a: entry(0, 4) }, 8), /holds 8 data bytes and describes 4/],
    [
      'an unknown element type',
      file({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, 4),
      /element type F8_E4M3/,
    ],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }), /not a table of texts/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('never fails in another way on damaged bytes', () => {
    const whole = writeSafetensors(new Map([['a', float32Tensor(Float32Array.of(1, 2, 3), [3])]]));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = whole.slice();
        bytes[at] = byte;
        try {
          for (const [name, tensor] of read(bytes).tensors) toFloat32(name, tensor);
        } catch (error) {
          expect((error as Error).name).toBe('WorkbenchError');
        }
      }),
      { numRuns: 300 },
    );
  });
});
