import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '#shared/errors/codes.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { expectRefusal, gcw, PASSPHRASE } from './support/command-line.ts';
import { faultyCells, SILENT_GENE, withValues } from './support/faulty-cells.ts';
import { type PreparedProject, prepareProject, snapshot } from './support/prepared-project.ts';

let prepared: PreparedProject;
let before: Awaited<ReturnType<typeof snapshot>>;
const inFolder = (name: string): string => path.join(prepared.folder, name);

beforeAll(async () => {
  prepared = await prepareProject('finetune');
  const cells = faultyCells({ nCells: 40 });
  const whole = readFileSync(prepared.cells);
  writeFileSync(inFolder('truncated.h5ad'), whole.subarray(0, Math.floor(whole.length / 2)));
  writeFileSync(inFolder('notes.h5ad'), 'These are my notes, not my cells.\n');
  await writeH5ad(
    inFolder('normalised.h5ad'),
    withValues(cells, (value) => Math.log1p(value / 3)),
  );
  await writeH5ad(
    inFolder('negative.h5ad'),
    withValues(cells, (value) => value - 3),
  );
  await writeH5ad(inFolder('plant.h5ad'), {
    ...cells,
    genes: cells.genes.map((_, i) => ({ id: `AT1G${String(1000 + 10 * i).padStart(5, '0')}`, symbol: `PLANT${i}` })),
  });
  before = await snapshot(prepared.file);
}, 60_000);

afterAll(() => prepared.remove());

interface Case {
  name: string;
  /** Words after `gcw` without the project; `@x` is a file of the test's folder. */
  words: string;
  code: ErrorCode;
  says: RegExp[];
}

const LABELS = '--tokens latest --model latest --label-column';
const SCREEN = `screen run ${LABELS} cell_type --n-cells 4`;

const CASES: Case[] = [
  {
    name: 'a truncated h5ad',
    words: 'dataset import --input @truncated.h5ad',
    code: 'data-format',
    says: [/^truncated\.h5ad: .*cut off/, /copy it again/],
  },
  {
    name: 'a text file named .h5ad',
    words: 'dataset import --input @notes.h5ad',
    code: 'data-format',
    says: [/^notes\.h5ad: /],
  },
  {
    name: 'normalised values instead of counts',
    words: 'dataset import --input @normalised.h5ad',
    code: 'data-format',
    says: [/^normalised\.h5ad: /, /raw counts/],
  },
  {
    name: 'genes of an unknown species',
    words: 'dataset import --input @plant.h5ad',
    code: 'unsupported',
    says: [/^plant\.h5ad: /, /human/, /mouse/],
  },
  {
    name: 'a species that is not there to choose',
    words: 'dataset import --input @cells.h5ad --species zebrafish',
    code: 'invalid-input',
    says: [/^--species/, /human or mouse/],
  },
  {
    name: 'a missing file',
    words: 'dataset import --input @nowhere.h5ad',
    code: 'not-found',
    says: [/nowhere\.h5ad/],
  },
  {
    name: 'a label column that the file has not',
    words: 'dataset import --input @cells.h5ad --label-column celltype',
    code: 'not-found',
    says: [/^cells\.h5ad: .*"celltype"/, /cell_type/],
  },
  {
    name: 'a label column with one class',
    words: `training finetune ${LABELS} tissue --epochs 1`,
    code: 'invalid-input',
    says: [/^tissue: it holds one state only/, /choose another column/],
  },
  {
    name: 'a label column that does not exist',
    words: `training finetune ${LABELS} celltype --epochs 1`,
    code: 'not-found',
    says: [/"celltype"/, /cell_type/],
  },
  {
    name: 'a start state without cells',
    words: `${SCREEN} --start neuron --goals mature`,
    code: 'not-found',
    says: [/neuron/, /progenitor/],
  },
  {
    name: 'a goal that equals the start',
    words: `${SCREEN} --start progenitor --goals progenitor`,
    code: 'invalid-input',
    says: [/progenitor/, /choose/],
  },
  {
    name: 'a gene that no cell expresses',
    words: `${SCREEN} --start progenitor --goals mature --genes ${SILENT_GENE.symbol}`,
    code: 'not-found',
    says: [new RegExp(SILENT_GENE.symbol)],
  },
  {
    name: 'an artifact that is not there',
    words: 'ranking run --screen latest --goal mature',
    code: 'not-found',
    says: [/^screen: /],
  },
  {
    name: 'an id that nothing has',
    words: 'artifact get --id ffffffff',
    code: 'not-found',
    says: [/ffffffff/],
  },
];

describe('bad input is refused and harms nothing', () => {
  it.each(CASES)('$name', async ({ name, words, code, says }) => {
    const project = prepared.copy(name);
    const given = words.split(' ').map((word) => (word.startsWith('@') ? inFolder(word.slice(1)) : word));
    expectRefusal(await gcw(prepared.dataFolder, [...given, '--project', project, '--json']), code, ...says);
    const after = await snapshot(project);
    expect(after.artifacts).toEqual(before.artifacts);
    expect(after.isAuditIntact).toBe(true);
    expect(after.audit.slice(0, before.audit.length)).toEqual(before.audit);
    expect(after.jobs.slice(0, before.jobs.length)).toEqual(before.jobs);
    expect(after.jobs.slice(before.jobs.length).map(({ state }) => state)).not.toContain('running');
  });

  it('a vocabulary that the model does not know', async () => {
    const project = prepared.copy('other-vocabulary');
    const open = ['--project', project, '--json'];
    const prepare = ['preprocess', 'run', '--dataset', 'latest', '--profile', 'none', '--min-cells-per-gene', '100'];
    expect((await gcw(prepared.dataFolder, [...prepare, ...open])).status).toBe(0);
    const middle = await snapshot(project);
    const train = `training finetune ${LABELS} cell_type --epochs 1`.split(' ');
    expectRefusal(await gcw(prepared.dataFolder, [...train, ...open]), 'conflict', /vocabulary/, /prepare|train/i);
    expect((await snapshot(project)).artifacts).toEqual(middle.artifacts);
  });
});

describe('words that are not understood', () => {
  const refuse = async (words: string) => gcw(prepared.dataFolder, [...words.split(' '), '--json'], PASSPHRASE);

  it.each([
    ['an unknown flag', 'dataset import --project p.gcwproj --inptu x', /^--inptu: .*--input/],
    ['a typo in a command', 'datset import --project p.gcwproj', /^command datset: .*dataset/],
    ['a typo in its second word', 'dataset imprt --project p.gcwproj', /^command dataset imprt: .*dataset import/],
    ['a value below its bound', 'screen run --project p.gcwproj --n-cells 1', /--n-cells.*at least 4/],
    ['a word for a number', 'screen run --project p.gcwproj --n-cells many', /^--n-cells: .*number/],
    ['no project', 'dataset list', /^--project: /],
    ['a flag without its value', 'dataset import --project p.gcwproj --input', /^--input: .*value/],
    ['a passphrase as a flag', 'dataset list --passphrase secret', /^--passphrase: .*GCW_PASSPHRASE/],
    ['a value without its flag', 'dataset import --project p.gcwproj cells.h5ad', /^cells\.h5ad: .*flag/],
  ])('%s', async (_name, words, says) => {
    expectRefusal(await refuse(words), 'invalid-input', says);
  });
});
