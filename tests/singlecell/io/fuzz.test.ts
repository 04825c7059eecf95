import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ImportConfig, ImportReport } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { mutate } from './support/mutate.ts';
import { tempFolder } from './support/temp-folder.ts';
import { categorical, COUNTS, writeH5ad } from './support/write-h5ad.ts';

// Small files are looked through in milliseconds; those on which the HDF5 library runs in circles need not run as long as on a slow disk.
vi.mock('#singlecell/io/limits.ts', async (original) => ({ ...(await original<object>()), PROBE_LIMIT_MS: 2000 }));

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

/** Per format. A mutant on which the HDF5 library runs in circles takes the whole time limit of the probe. */
const N_MUTANTS = 40;
const TIME_LIMIT_MS = 240_000;

/** `valid` or the code of the refusal; anything else is a crash and fails the test. */
async function fate(input: string): Promise<string> {
  try {
    const sink = new MemoryDatasetSink();
    const report = ImportReport.parse(
      await importDataset(ImportConfig.parse({ input: [input], species: 'human' }), resolver, sink),
    );
    expect(sink.dataset().counts.nCells).toBe(report.nCells);
    return 'valid';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    return thrown.code;
  }
}

describe('damaged files end in a valid dataset or a refusal', { timeout: TIME_LIMIT_MS }, () => {
  it.each<[string, 'csr' | 'csc' | 'dense']>([
    ['h5ad, by cell', 'csr'],
    ['h5ad, by gene', 'csc'],
    ['h5ad, dense', 'dense'],
  ])('%s', async (_, storage) => {
    const whole = await writeH5ad(at(`${storage}.h5ad`), {
      X: storage === 'dense' ? { storage, rows: COUNTS } : { storage, rows: COUNTS },
      obs(obs) {
        categorical(obs, 'cell_type', ['B', 'T'], [0, 1, 1, 0]);
        obs.create_dataset({ name: 'n', data: Float64Array.of(1, 2, 3, 4) });
      },
    });
    const original = readFileSync(whole);
    const fates = new Map<string, number>();
    for (let seed = 0; seed < N_MUTANTS; seed++) {
      const file = at(`${storage}-${seed}.h5ad`);
      writeFileSync(file, mutate(original, seed));
      const found = await fate(file);
      fates.set(found, (fates.get(found) ?? 0) + 1);
    }
    expect(await fate(whole)).toBe('valid');
    expect(fates.get('valid')).toBeGreaterThan(0);
    expect(fates.get('data-format')).toBeGreaterThan(0);
    expect(
      [...fates.keys()].filter((code) => !['valid', 'data-format', 'unsupported', 'not-found'].includes(code)),
    ).toEqual([]);
  });

  it('10x folder', async () => {
    const files = {
      'matrix.mtx': '%%MatrixMarket matrix coordinate integer general\n2 3 4\n1 1 5\n2 1 1\n1 2 3\n2 3 9\n',
      'genes.tsv': 'ENSG00000066336\tSPI1\nENSG00000102145\tGATA1\n',
      'barcodes.tsv': 'AAAC-1\nAAAG-1\nAACC-1\n',
    };
    const fates = new Map<string, number>();
    for (let seed = 0; seed < N_MUTANTS; seed++) {
      const folder = at(`mtx-${seed}`);
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(path.join(folder, name), mutate(Buffer.from(text), name === 'matrix.mtx' ? seed : 1000 + seed));
      }
      const found = await fate(folder);
      fates.set(found, (fates.get(found) ?? 0) + 1);
    }
    expect(fates.get('data-format')).toBeGreaterThan(0);
    expect([...fates.keys()].filter((code) => !['valid', 'data-format', 'unsupported'].includes(code))).toEqual([]);
  });
});
