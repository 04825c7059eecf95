import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from '#project/project.ts';
import type { Dataset } from '#singlecell/types.ts';
import { makeCells } from '../support/make-cells.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { type Ended, gcw, PASSPHRASE, startGcw } from './support/command-line.ts';
import { QUICK_KEY } from './support/prepared-project.ts';

const N_CELLS = 120;

/** What nobody but the owner of the project may ever read: no two of these share a part. */
const CANARIES = {
  donor: 'Wilhelmina-Quackenbush',
  cellId: 'RECORDNO8843177',
  freeText: 'sister-has-haemochromatosis',
  person: 'Xiomara Thistlewood',
  email: 'q.zimmermann-oduya@clinic.example',
  birth: '1947-11-03',
  record: 'MRN-7788991',
  phone: '+49 1578 3344556',
  address: '17 Harbourmaster Lane',
  byHand: 'kaleidoscope-cohort',
  numeric: '60417793',
} as const;

/** Columns of four values each that are told from their values or name, and one that the user restricts. */
const PRIVATE_COLUMNS: Record<string, string> = {
  nurse: CANARIES.person,
  contact: CANARIES.email,
  born: CANARIES.birth,
  file_ref: CANARIES.record,
  reach: CANARIES.phone,
  home: CANARIES.address,
  patient_id: CANARIES.numeric,
  cohort: CANARIES.byHand,
};
/** Values beside the planted ones, so that the columns could serve as cell states. */
const OTHERS: Record<string, string[]> = {
  nurse: ['Anna Berg', 'Peter Novak', 'Claire Moreau'],
  contact: ['a.b@c.example', 'd.e@f.example', 'g.h@i.example'],
  born: ['1950-01-02', '1961-12-24', '1988-05-17'],
  file_ref: ['MRN-1234567', 'MRN-2345678', 'MRN-3456789'],
  reach: ['+49 170 1234567', '+44 20 7946 0958', '+31 6 12345678'],
  home: ['1 Mill Lane', '2 Church Street', '3 Station Road'],
  patient_id: ['10293847', '56473829', '91827364'],
  cohort: ['alpha', 'beta', 'gamma'],
};

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

  const isExport = (words: string): boolean => /^(ranking export|dataset export-(genes|labels))/.test(words);

  beforeAll(async () => {
    mkdirSync(dataFolder);
    await writeH5ad(path.join(folder, 'private.h5ad'), privateCells());
    const labels = '--tokens latest --model latest --label-column cell_type --donor-column donor';
    // A quick key: what a passphrase costs would be paid at each of the many starts.
    const { project: made } = await Project.create(project, { passphrase: PASSPHRASE, name: 'study', kdf: QUICK_KEY });
    made.close();
    const words = ['project', 'create', '--project', path.join(folder, 'another.gcwproj'), '--json'];
    outputs.push(await gcw(dataFolder, words));
    expect(outputs[0].status, outputs[0].stderr).toBe(0);
    await run('dataset inspect --input @private.h5ad');
    const restricted = '--donor-column donor --column-privacy cohort=restricted';
    await run(`dataset import --input @private.h5ad --name reference --label-column cell_type ${restricted}`);
    const [reference] = JSON.parse((await run('dataset list')).stdout) as { id: string }[];
    await run(`dataset import --input @private.h5ad --label-column cell_type ${restricted}`);
    await run('dataset columns --dataset latest');
    await run('dataset map --dataset latest');
    await run('dataset markers --dataset latest --column donor --min-cells 3');
    await run('dataset markers --dataset latest --column nurse', true);
    texts.set('markers', (await run('dataset marker-table --markers latest')).stdout);
    await run('dataset check --dataset latest --sample-column donor --donor-column donor --label-column cell_type');
    await run('dataset quality --dataset latest');
    await run('dataset check --dataset latest --sample-column donor --donor-column donor --label-column nurse', true);
    await run(`dataset annotate --dataset latest --reference ${reference.id} --label-column cell_type --min-cells 3`);
    await run(`dataset annotate --dataset latest --reference ${reference.id} --label-column nurse --min-cells 3`, true);
    texts.set('labels', (await run('dataset export-labels --labels latest')).stdout);
    await run('dataset set-columns --dataset latest --batch-column cohort --why checked');
    await run('dataset genes --dataset latest --limit 3');
    texts.set('genes', (await run('dataset export-genes --dataset latest')).stdout);
    await run('preprocess run --dataset latest --profile none --sample-column donor');
    await run('tokens export --tokens latest --out @tokens');
    await run('tokens export --tokens latest --out @annotated --columns cell_type');
    for (const column of ['donor', 'nurse', 'cohort'])
      await run(`tokens export --tokens latest --out @never --columns ${column}`, true);
    await run('model pretrain --tokens latest --epochs 0');
    for (const column of ['nurse', 'cohort', 'patient_id'])
      await run(`training finetune --tokens latest --model latest --label-column ${column} --epochs 1`, true);
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
  }, 600_000);

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
    for (const name of filesUnder(folder).filter((each) =>
      /study\.gcwproj|[/\\](tokens|annotated|never)[/\\]/.test(each),
    ))
      texts.set(name, readFileSync(name, 'latin1'));
    expect([...texts.keys()].filter((name) => name.includes('-wal'))).not.toEqual([]);
    expect([...texts.keys()].filter((name) => name.includes('recent-projects'))).not.toEqual([]);

    // Before the import nobody has restricted this column yet.
    const isBefore = (what: string, place: string): boolean => what === 'byHand' && place === 'output 1';
    expect([...texts.keys()].filter((name) => name.endsWith('.arrow'))).toHaveLength(2);
    // Who asks for the label of every cell gets the names of the cells.
    const isAsked = (what: string, place: string): boolean =>
      what === 'cellId' && texts.get(place) === texts.get('labels');
    expect(texts.get('labels')).toContain(CANARIES.cellId);
    const found = [...texts].flatMap(([place, text]) =>
      Object.entries(CANARIES)
        .filter(([what]) => !isBefore(what, place) && !isAsked(what, place))
        .filter(([, word]) => text.toLowerCase().includes(word.toLowerCase()))
        .map(([what]) => `${what} in ${place}`),
    );
    expect(found).toEqual([]);
  });

  it('is told of by columns and numbers only', () => {
    const imported = outputs.map(({ stdout }) => stdout).find((text) => text.includes('genesMatchedBy'))!;
    const { obsColumns } = JSON.parse(imported) as { obsColumns: { name: string; categories?: unknown }[] };
    const listed = obsColumns.filter(({ categories }) => categories !== undefined).map(({ name }) => name);
    expect(listed).toEqual(['cell_type', 'donor']);
    expect(obsColumns.length).toBe(4 + Object.keys(PRIVATE_COLUMNS).length);
    const donors = obsColumns.find(({ name }) => name === 'donor')!.categories as { value: string }[];
    expect(donors.map(({ value }) => value)).toEqual(['donor 1', 'donor 2', 'donor 3', 'donor 4']);
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
      })
      .concat(
        Object.entries(PRIVATE_COLUMNS).map(([name, planted]) => ({
          name,
          kind: 'categorical' as const,
          categories: [planted, ...OTHERS[name]],
          codes: Int32Array.from({ length: N_CELLS }, (_, i) => i % 4),
        })),
      ),
  };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
