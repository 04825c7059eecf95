import { describe, expect, it } from 'vitest';
import { release } from '#shared/util/release.ts';

describe('memory that is given back', () => {
  it('is gone for every view of the buffer', () => {
    const whole = new Uint8Array(2 ** 17).fill(1);
    const part = new Float64Array(whole.buffer, 8, 4);
    release(part);
    expect([whole.length, part.length, whole.buffer.byteLength]).toEqual([0, 0, 0]);
    release(whole);
  });

  it('is left alone where it is small, in a pool or shared', () => {
    const small = new Uint8Array(16).fill(1);
    const pooled = Buffer.from('in the pool of Node');
    const shared = new Uint8Array(new SharedArrayBuffer(2 ** 17)).fill(1);
    [small, pooled, shared].forEach(release);
    expect([small[15], pooled.toString(), shared[2 ** 17 - 1]]).toEqual([1, 'in the pool of Node', 1]);
  });
});
