import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from '#tests/support/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { openFile } from '#singlecell/io/open.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { readRFile } from '#singlecell/io/rds/open-rds.ts';
import { rdsReader } from '#singlecell/io/rds/rds-reader.ts';
import { attribute, numbersOf, texts } from '#singlecell/io/rds/values.ts';
import { mutate } from '../support/mutate.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type R, serialise } from './write-rds.ts';

const OBJECTS = path.join(import.meta.dirname, 'objects');
const at = tempFolder();
let n = 0;

/** What is read of a value, written as it was. */
async function roundTrip(value: R) {
  const file = at(`value-${n++}.rds`);
  writeFileSync(file, n % 2 === 0 ? gzipSync(serialise(value)) : serialise(value));
  return (await readRFile(await diskPlace(file), () => false)).value;
}

describe('values of R', () => {
  it('come back as they were written, whatever they are', async () => {
    const int = fc.integer({ min: -2147483647, max: 2147483647 });
    const { value: values } = fc.letrec<{ value: R }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.record({ integers: fc.array(int, { maxLength: 20 }) }),
        fc.record({ doubles: fc.array(fc.double({ noNaN: true }), { maxLength: 20 }) }),
        fc.record({ strings: fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 8 }) }),
        fc.record({ list: fc.array(tie('value'), { maxLength: 4 }) }),
        fc.record({
          s4: fc.dictionary(
            fc.string({ minLength: 1, maxLength: 6 }).filter((key) => !/^__/.test(key)),
            tie('value'),
            {
              maxKeys: 4,
              noNullPrototype: true,
            },
          ),
        }),
      ),
    }));
    const plain = (value: R): unknown => {
      if ('s4' in value) return { s4: Object.entries(value.s4).map(([name, item]) => [name, plain(item)]) };
      if ('list' in value) return { list: value.list.map(plain) };
      return value;
    };
    const seen = (value: Awaited<ReturnType<typeof roundTrip>>): unknown => {
      switch (value.kind) {
        case 'integer':
          return { integers: [...value.values] };
        case 'double':
          return { doubles: [...value.values] };
        case 'string':
          return { strings: value.values };
        case 'list':
          return { list: value.values.map(seen) };
        case 's4':
          return { s4: [...value.attributes].map(([name, item]) => [name, seen(item)]) };
        default:
          return value;
      }
    };
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(seen(await roundTrip(value))).toEqual(plain(value));
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  it('sparse matrices of any shape become the counts they hold', async () => {
    const shape = fc.record({
      nGenes: fc.integer({ min: 1, max: 12 }),
      cells: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 12 }), {
        minLength: 1,
        maxLength: 15,
      }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ nGenes, cells }) => {
        const columns = cells.map((genes) => genes.filter((gene) => gene < nGenes).sort((a, b) => a - b));
        const p = [0];
        for (const genes of columns) p.push(p.at(-1)! + genes.length);
        const value: R = {
          s4: {
            i: { integers: columns.flat() },
            p: { integers: p },
            Dim: { integers: [nGenes, columns.length] },
            Dimnames: {
              list: [
                { strings: Array.from({ length: nGenes }, (_, i) => `ENSG${String(i).padStart(11, '0')}`) },
                { strings: columns.map((_, i) => `AAACCCAAG-${i}`) },
              ],
            },
            x: { doubles: columns.flat().map((gene) => gene + 1) },
            class: { strings: ['dgCMatrix'], attributes: { package: { strings: ['Matrix'] } } },
          },
        };
        const file = at(`sparse-${n++}.rds`);
        writeFileSync(file, gzipSync(serialise(value)));
        const open = await openFile(file);
        const found: number[][] = [];
        for await (const chunk of open.chunks('matrix'))
          for (let cell = 0; cell < chunk.nCells; cell++) {
            found.push([...chunk.indices.subarray(chunk.indptr[cell], chunk.indptr[cell + 1])]);
            for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++)
              expect(chunk.data[i]).toBe(chunk.indices[i] + 1);
          }
        expect(found).toEqual(columns);
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  it('parts that nobody asks for are passed over, names first met in them are known afterwards', async () => {
    const value: R = {
      s4: {
        reductions: { list: [{ s4: { counts: { doubles: [1, 2, 3] } } }], attributes: { names: { strings: ['pca'] } } },
        counts: { integers: [7] },
      },
    };
    const file = at('skipped.rds');
    writeFileSync(file, serialise(value));
    const read = (await readRFile(await diskPlace(file), (slot) => slot === 'reductions')).value;
    expect(attribute(read, 'reductions')).toBeUndefined();
    expect(numbersOf(attribute(read, 'counts'))).toEqual(Int32Array.of(7));
  });
});

/** The parts of scran.js that are used here; the package has no declarations. */
interface ScranObject {
  type(): string;
  className(): string;
  attributeNames(): string[];
  attribute(name: string): ScranObject;
  values(): number[] | string[];
}
interface Scran {
  initialize(options: { numberOfThreads: number; localFile: boolean }): Promise<void>;
  terminate(): void;
  readRds(bytes: Uint8Array): { value(): ScranObject; free(): void };
}

describe('beside the reader of scran.js', () => {
  let scran: Scran;
  beforeAll(async () => {
    const name: string = 'scran.js';
    scran = (await import(name)) as Scran;
    await scran.initialize({ numberOfThreads: 1, localFile: true });
  });
  afterAll(() => scran.terminate());

  it.each(['dgCMatrix.rds', 'SingleCellExperiment.rds', 'Seurat-4.rds'])('%s has the same slots', async (name) => {
    const { value: ours } = await readRFile(await diskPlace(path.join(OBJECTS, name)), () => false);
    const details = scran.readRds(new Uint8Array(readFileSync(path.join(OBJECTS, name))));
    const theirs = details.value();
    expect(texts(attribute(ours, 'class'))).toEqual([theirs.className()]);
    const names = theirs.attributeNames();
    expect(ours.kind === 's4' && [...ours.attributes.keys()].sort()).toEqual([...names, 'class'].sort());
    for (const slot of names) {
      const found = theirs.attribute(slot);
      if (found.type() === 'double' || found.type() === 'integer')
        expect(Array.from(numbersOf(attribute(ours, slot))!)).toEqual(Array.from(found.values() as number[]));
      if (found.type() === 'string') expect(texts(attribute(ours, slot))).toEqual(found.values());
    }
    details.free();
  });
});

/** `valid` or the code of the refusal; anything else is a crash and fails the test. */
async function fate(file: string): Promise<string> {
  try {
    const open = await rdsReader.open(await diskPlace(file), {});
    for (const { name } of open.matrices) {
      open.genes(name);
      await open.sample(name);
      for await (const chunk of open.chunks(name)) void chunk;
    }
    return 'valid';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    expect(thrown.message).toMatch(/^mutant-\d+\.rds: .*; /);
    return thrown.code;
  }
}

describe('damaged R files end in valid counts or a refusal', { timeout: 120_000 }, () => {
  it.each(['dgCMatrix.rds', 'SingleCellExperiment.rds', 'Seurat-4.rds', 'Seurat-5.rds', 'list.rds', 'two.RData'])(
    '%s, within its compression',
    async (name) => {
      const original = gunzipSync(readFileSync(path.join(OBJECTS, name)));
      const fates = new Map<string, number>();
      for (let seed = 0; seed < 300; seed++) {
        const file = at(`mutant-${seed}.rds`);
        writeFileSync(file, mutate(original, seed));
        const found = await fate(file);
        fates.set(found, (fates.get(found) ?? 0) + 1);
      }
      expect(fates.get('data-format')).toBeGreaterThan(0);
      expect([...fates.keys()].filter((code) => !['valid', 'data-format', 'unsupported'].includes(code))).toEqual([]);
    },
  );

  it('as they lie on disk', async () => {
    const original = readFileSync(path.join(OBJECTS, 'Seurat-4.rds'));
    const fates = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const file = at(`mutant-${seed}.rds`);
      writeFileSync(file, mutate(original, seed));
      fates.add(await fate(file));
    }
    expect([...fates].filter((code) => !['valid', 'data-format', 'unsupported'].includes(code))).toEqual([]);
  });

  it('a vector that announces more than the file can hold costs no memory', async () => {
    const bytes = serialise({ doubles: [1, 2] });
    bytes.writeInt32BE(2147483647, bytes.length - 20);
    writeFileSync(at('mutant-1.rds'), bytes);
    expect(await fate(at('mutant-1.rds'))).toBe('unsupported');
    bytes.writeInt32BE(100_000_000, bytes.length - 20);
    writeFileSync(at('mutant-2.rds'), bytes);
    const before = process.memoryUsage().arrayBuffers;
    expect(await fate(at('mutant-2.rds'))).toBe('data-format');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
  });
});
