import { randomBytes } from 'node:crypto';
import fc from '#tests/support/properties.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '#project/blob-writer.ts';
import type { Project } from '#project/project.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { makeProject, planOf, useFolder } from './support.ts';

const { file, track } = useFolder();
let project: Project;

beforeEach(async () => {
  project = track((await makeProject(file())).project);
});

/** Half noise, half runs of one byte, so that some chunks compress and some do not. */
function mixedBytes(length: number, seed: number): Uint8Array {
  const random = new CounterRandom(seed, 'bytes');
  return Uint8Array.from({ length }, (_, i) => (Math.floor(i / CHUNK_BYTES) % 2 === 0 ? random.uint32(i) & 255 : 7));
}

describe('a blob', () => {
  it('takes what it is given before it returns, so that memory may be used again', () => {
    const whole = mixedBytes(3 * CHUNK_BYTES + 77, 2);
    const draft = project.artifacts.draft(planOf({ config: { reused: true } }));
    const writer = draft.blobWriter('content');
    const memory = new Uint8Array(CHUNK_BYTES + 1000);
    for (let at = 0; at < whole.length; at += memory.length) {
      const piece = whole.subarray(at, at + memory.length);
      memory.set(piece);
      writer.write(memory.subarray(0, piece.length));
      memory.fill(99);
    }
    writer.finish();
    const { id } = draft.commit({});
    expect(Buffer.compare(project.artifacts.read(id, 'content'), whole)).toBe(0);
  });

  it('reads the same in any part as the whole, however it was written', () => {
    const whole = mixedBytes(2 * CHUNK_BYTES + 12_345, 1);
    const cuts = fc.array(fc.integer({ min: 1, max: whole.length }), { maxLength: 6 });
    const part = fc.tuple(
      fc.integer({ min: 0, max: whole.length + 10 }),
      fc.integer({ min: 0, max: whole.length + 10 }),
    );
    let n = 0;
    fc.assert(
      fc.property(cuts, fc.array(part, { minLength: 1, maxLength: 5 }), (at, parts) => {
        const draft = project.artifacts.draft(planOf({ config: { n: n++ } }));
        const writer = draft.blobWriter('content');
        const ends = [...at, whole.length].sort((a, b) => a - b);
        ends.forEach((end, i) => writer.write(whole.subarray(i === 0 ? 0 : ends[i - 1], end)));
        expect(writer.finish().sizeBytes).toBe(whole.length);
        const { id } = draft.commit({});
        for (const [offset, length] of parts) {
          const expected = Buffer.from(whole.subarray(offset, offset + length));
          expect(expected.equals(project.artifacts.read(id, 'content', offset, length))).toBe(true);
        }
        expect(Buffer.from(whole).equals(project.artifacts.read(id, 'content'))).toBe(true);
        project.artifacts.delete(id);
      }),
      { numRuns: 12 },
    );
  });

  it('is written piece by piece beside another of the same draft', () => {
    const draft = project.artifacts.draft(planOf());
    const genes = draft.blobWriter('genes');
    const counts = draft.blobWriter('counts');
    for (let i = 0; i < 1000; i++) {
      genes.write(Int32Array.of(i, i + 1));
      counts.write(Float32Array.of(i / 2));
    }
    genes.finish();
    counts.finish();
    const { id } = draft.commit({});
    expect(project.artifacts.readTyped(id, 'genes', 'int32', 1998)).toEqual(Int32Array.of(999, 1000));
    expect(project.artifacts.readTyped(id, 'counts', 'float32', 3, 2)).toEqual(Float32Array.of(1.5, 2));
  });

  it('takes typed arrays that are a part of a larger one', () => {
    const draft = project.artifacts.draft(planOf());
    draft.blob('middle', Float64Array.of(1, 2, 3, 4).subarray(1, 3));
    const { id } = draft.commit({});
    expect(project.artifacts.readTyped(id, 'middle', 'float64')).toEqual(Float64Array.of(2, 3));
  });

  it('grows little where it does not compress and much less where it does', () => {
    const store = (name: string, bytes: Uint8Array) => {
      project.reclaimSpace();
      const before = project.info().sizeBytes;
      const draft = project.artifacts.draft(planOf({ config: { name } }));
      draft.blob(name, bytes);
      draft.commit({});
      project.reclaimSpace();
      return project.info().sizeBytes - before;
    };
    const size = 4 * CHUNK_BYTES;
    expect(store('noise', randomBytes(size))).toBeLessThan(size * 1.03);
    expect(store('zeros', new Uint8Array(size))).toBeLessThan(size * 0.02);
  });

  it('gives its space back when it is deleted', () => {
    const draft = project.artifacts.draft(planOf());
    draft.blob('noise', randomBytes(8 * CHUNK_BYTES));
    const { id } = draft.commit({});
    project.reclaimSpace();
    const full = project.info().sizeBytes;
    project.artifacts.delete(id);
    project.reclaimSpace();
    expect(project.info().sizeBytes).toBeLessThan(full - 7 * CHUNK_BYTES);
    project.integrityCheck({ content: true });
  });
});

describe('state of a job', () => {
  it('is replaced whole', () => {
    const id = 'job-1a2b3c' as Parameters<typeof project.jobs.saveState>[0];
    expect(project.jobs.loadState(id, 'checkpoint')).toBeNull();
    project.jobs.saveState(id, 'checkpoint', new Uint8Array(3 * CHUNK_BYTES).fill(1));
    project.jobs.saveState(id, 'shard/a', Uint8Array.of(9));
    project.jobs.saveState(id, 'checkpoint', Uint8Array.of(2, 3));
    expect(project.jobs.loadState(id, 'checkpoint')).toEqual(Uint8Array.of(2, 3));
    expect(project.jobs.loadState(id, 'shard/a')).toEqual(Uint8Array.of(9));
    project.jobs.deleteState(id);
    expect(project.jobs.loadState(id, 'shard/a')).toBeNull();
  });
});
