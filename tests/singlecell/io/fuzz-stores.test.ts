import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { openPlace } from '#singlecell/io/open.ts';
import { diskPlace, type Place } from '#singlecell/io/place.ts';
import { memoryPlace, readFolder, type FolderContent } from './support/memory-place.ts';
import { mutate } from './support/mutate.ts';
import { tempFolder } from './support/temp-folder.ts';
import { unzip } from './support/unzip.ts';
import { COUNTS, GENES } from './support/write-h5ad.ts';
import { writeTenxH5 } from './support/write-tenx-h5.ts';

// Small files are looked through in milliseconds; those on which the HDF5 library runs in circles need not run as long as on a slow disk.
vi.mock('#singlecell/io/limits.ts', async (original) => ({ ...(await original<object>()), PROBE_LIMIT_MS: 2000 }));

const at = tempFolder();
const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'cells');

/** Per format. A mutant on which the HDF5 library runs in circles takes the whole time limit of the probe. */
const N_MUTANTS = 60;
const TIME_LIMIT_MS = 300_000;
const REFUSALS = ['valid', 'data-format', 'unsupported', 'not-found', 'resource'];

/** Reads all there is: `valid` or the code of the refusal; anything else is a crash and fails the test. */
async function fate(place: Place): Promise<string> {
  try {
    const open = await openPlace(place);
    try {
      const nCells = open.cellIds().length;
      for (const name of open.obsNames()) asRefusal(() => open.obsColumn(name));
      for (const { name } of open.matrices) {
        asRefusal(() => open.genes(name));
        await open.sample(name);
        let at = 0;
        for await (const chunk of open.chunks(name)) at = chunk.start + chunk.nCells;
        expect(at).toBe(nCells);
      }
    } finally {
      open.close();
    }
    return 'valid';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    expect(thrown.message).toMatch(/; |\. /);
    return thrown.code;
  }
}

/** A column may be refused alone. */
function asRefusal(read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
  }
}

async function madeTenxH5(): Promise<string> {
  await h5wasm.ready;
  const types = GENES.map((_, i) => (i === 2 ? 'Antibody Capture' : 'Gene Expression'));
  const genomes = GENES.map((_, i) => (i === 2 ? '' : 'GRCh38'));
  return writeTenxH5(at('tenx.h5'), COUNTS, { ids: GENES, names: GENES, types, genomes });
}

async function fates(mutant: (seed: number) => Place | Promise<Place>): Promise<string[]> {
  const found = new Set<string>();
  for (let seed = 0; seed < N_MUTANTS; seed++) found.add(await fate(await mutant(seed)));
  return [...found];
}

const HOSTILE = [-1, 0, 1e12, 1e308, 0.5, null, true, '', 'x', '../../..', [], {}, [1e9], '<f8', '|O', 'string'];

/** Null for what an earlier change made no JSON. */
function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Another value, or none, somewhere in a JSON document. */
function mutateJson(text: string, random: (bound: number) => number): string {
  const document = parseOrNull(text);
  const slots: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      slots.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  if (slots.length === 0) return '[]';
  const [holder, key] = slots[random(slots.length)];
  const choice = random(HOSTILE.length + 1);
  if (choice === HOSTILE.length) delete holder[key];
  else holder[key] = HOSTILE[choice];
  return JSON.stringify(document);
}

/** Descriptions get other values or other bytes, chunks other bytes; some files vanish. */
function mutateStore(original: FolderContent, seed: number): FolderContent {
  const numbers = new CounterRandom(seed, 'mutant stores');
  let draw = 0;
  const random = (bound: number) => numbers.integer(draw++, bound);
  const store = new Map(original);
  const names = [...store.keys()].filter((name) => !/^(uns|obsm|obsp|varm|varp)/.test(name));
  for (let n = 1 + random(3); n > 0; n--) {
    const name = names[random(names.length)];
    const bytes = store.get(name);
    if (!bytes) continue;
    const kind = random(8);
    if (kind === 0) store.delete(name);
    else if (kind < 6 && /json$|\.z\w+$/.test(name)) {
      store.set(name, Buffer.from(mutateJson(bytes.toString(), random)));
    } else store.set(name, mutate(bytes, seed));
  }
  return store;
}

describe('damaged stores and files end in valid data or a refusal', { timeout: TIME_LIMIT_MS }, () => {
  const stores = new Map<string, FolderContent>();
  beforeAll(async () => {
    for (const version of ['v2', 'v3']) {
      const content = readFolder(await unzip(path.join(fixtures, `${version}.zarr.zip`), at(version)));
      // Not twice the same description: the one beside each array is read.
      content.delete('.zmetadata');
      stores.set(version, content);
    }
  });

  it.each(['v2', 'v3'])('zarr %s, of which parts are lost or changed', async (version) => {
    const whole = stores.get(version)!;
    expect(await fate(memoryPlace('whole.zarr', whole))).toBe('valid');
    const found = await fates((seed) => memoryPlace(`${seed}.zarr`, mutateStore(whole, seed)));
    expect(found.filter((code) => !REFUSALS.includes(code))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(['valid', 'data-format']));
  });

  it.each([
    ['loom', 'v3.loom'],
    ['10x HDF5', 'tenx.h5'],
    ['h5ad of many encodings', 'encodings.h5ad'],
    ['h5ad that is unpacked here', 'packed.h5ad'],
  ])('%s, of which bytes are changed', async (name, fixture) => {
    const isMade = fixture === 'tenx.h5';
    const whole = readFileSync(isMade ? await madeTenxH5() : path.join(fixtures, fixture));
    const found = await fates(async (seed) => {
      const file = at(`${name}-${seed}`);
      writeFileSync(file, mutate(whole, seed));
      return diskPlace(file);
    });
    expect(found.filter((code) => !REFUSALS.includes(code))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(['valid', 'data-format']));
  });
});

it('a store inside an archive, where shards are read only from their beginning', async () => {
  const content = readFolder(await unzip(path.join(fixtures, 'v3.zarr.zip'), at('archived')));
  const open = await openPlace(memoryPlace('archived.zarr', content));
  let sum = 0;
  for await (const { data } of open.chunks('layers/sharded')) for (const value of data) sum += value;
  // numpy 1.24.2: COUNTS.sum() in make_zarr.py.
  expect(sum).toBe(194);
});
