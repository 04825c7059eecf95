import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '#singlecell/types.ts';
import { makeCells } from '../support/make-cells.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { type Ended, gcw, startGcw } from './support/command-line.ts';

const N_CELLS = 120;

/** What nobody but the owner of the project may ever read: no two of these share a part. */
const CANARIES = {
  donor: 'Wilhelmina-Quackenbush',
  cellId: 'RECORDNO8843177',
  freeText: 'sister-has-haemochromatosis',
} as const;

describe('what belongs to patients', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gcw-privacy-'));
  const dataFolder = path.join(folder, 'data');
  const project = path.join(folder, 'study.gcwproj');
  const outputs: Ended[] = [];
  const texts = new Map<string, string>();

  async function run(words: string, isFailing = false): Promise<Ended> {
    const given = words.split(' ').map((word) => (word.startsWith('@') ? path.join(folder, word.slice(1)) : word));
    const ended = await gcw(dataFolder, [...given, '--project', project, ...(isExport(words) ? [] : ['--json'])]);
    expect(ended.status === 0, ended.stderr).toBe(!isFailing);
    outputs.push(ended);
    return ended;
  }

  const isExport = (words: string): boolean => words.startsWith('ranking export');

  beforeAll(async () => {
    mkdirSync(dataFolder);
    await writeH5ad(path.join(folder, 'private.h5ad'), privateCells());
    const labels = '--tokens latest --model latest --label-column cell_type --donor-column donor';
    await run('project create');
    await run('dataset import --input @private.h5ad --label-column cell_type --donor-column donor');
    await run('preprocess run --dataset latest --profile none --sample-column donor');
    await run('model pretrain --tokens latest --epochs 0');
    // Jobs that fail, one on each private column, and one with too few cells for each value.
    await run('training finetune --tokens latest --model latest --label-column visit_note --epochs 1', true);
    await run(`screen run ${labels} --start neuron --goals mature`, true);
    await run(`screen run --tokens latest --model latest --label-column donor --start a --goals b`, true);
    await run(`training finetune ${labels} --epochs 1`);
    await killed(`screen run ${labels} --start progenitor --goals mature --n-cells 8`);
    await run(`screen run ${labels} --start progenitor --goals mature --n-cells 4`);
    await run('ranking run --screen latest --goal mature');
    texts.set('CSV', (await run('ranking export --ranking latest --format csv')).stdout);
    texts.set('HTML', (await run('ranking export --ranking latest --format html')).stdout);
    await run('artifact provenance --id latest');
    await run('dataset list');
    await run('jobs list');
    await run('project audit');
  }, 240_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Leaves the write-ahead log and its index where they are, as a power cut does. */
  async function killed(words: string): Promise<void> {
    const victim = startGcw(dataFolder, [...words.split(' '), '--project', project]);
    await new Promise<void>((resolve) => {
      victim.child.on('close', () => resolve());
      victim.child.stderr!.on('data', () => /Perturbing/.test(victim.heard()) && resolve());
    });
    for (const name of readdirSync(folder).filter((each) => each.startsWith('study.gcwproj')))
      texts.set(`${name} while a job runs`, readFileSync(path.join(folder, name), 'latin1'));
    victim.child.kill('SIGKILL');
    outputs.push(await victim.ended);
    for (const name of readdirSync(folder).filter((each) => each.startsWith('study.gcwproj')))
      texts.set(`${name} after a crash`, readFileSync(path.join(folder, name), 'latin1'));
  }

  it('stands in no output, export, list of recent projects or byte of the project', () => {
    outputs.forEach(({ stdout, stderr }, i) => texts.set(`output ${i}`, stdout).set(`messages ${i}`, stderr));
    for (const name of filesUnder(dataFolder)) texts.set(name, readFileSync(name, 'latin1'));
    for (const name of filesUnder(folder).filter((each) => each.includes('study.gcwproj')))
      texts.set(name, readFileSync(name, 'latin1'));
    expect([...texts.keys()].filter((name) => name.includes('-wal'))).not.toEqual([]);
    expect([...texts.keys()].filter((name) => name.includes('recent-projects'))).not.toEqual([]);

    const found = [...texts].flatMap(([place, text]) =>
      Object.entries(CANARIES)
        .filter(([, word]) => text.toLowerCase().includes(word.toLowerCase()))
        .map(([what]) => `${what} in ${place}`),
    );
    expect(found).toEqual([]);
  });

  it('is told of by columns and numbers only', () => {
    const imported = outputs.map(({ stdout }) => stdout).find((text) => text.includes('obsColumns'))!;
    const { obsColumns } = JSON.parse(imported) as { obsColumns: { name: string; categories?: unknown }[] };
    expect(obsColumns.map(({ name, categories }) => [name, categories !== undefined])).toEqual([
      ['cell_type', true],
      ['donor', false],
      ['progress', false],
      ['visit_note', false],
    ]);
  });

  it('can be found by this search where it is', () => {
    const file = readFileSync(path.join(folder, 'private.h5ad'), 'latin1');
    for (const what of Object.values(CANARIES)) expect(file).toContain(what);
  });
});

function privateCells(): Dataset {
  const cells = makeCells({ nCells: N_CELLS, nGenes: 120, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
  const number = (i: number): string => String(i).padStart(3, '0');
  return {
    ...cells,
    cellIds: cells.cellIds.map((_, i) => `${CANARIES.cellId}-${number(i)}`),
    obs: cells.obs
      .map((column) =>
        column.name === 'donor' && column.kind === 'categorical'
          ? { ...column, categories: column.categories.map((_, i) => `${CANARIES.donor}-${i}`) }
          : column,
      )
      .concat({
        name: 'visit_note',
        kind: 'categorical',
        categories: Array.from({ length: N_CELLS }, (_, i) => `${CANARIES.freeText}-${number(i)}`),
        codes: Int32Array.from({ length: N_CELLS }, (_, i) => i),
      }),
  };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
