import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '#hosts/cli/run-command.ts';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { id, JOB_ID, manifest, progressEvent } from '../support/fake-services.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { until } from '../../support/until.ts';

const RIGHT = { GCW_PASSPHRASE: 'right' };
const IMPORT = 'dataset import --input a.h5ad --project p.gcwproj'.split(' ');
const AT = '2026-01-02T03:04:05.000Z';

describe('without services', () => {
  it('prints version and help and connects to nothing', async () => {
    const { world, written, connections } = fakeWorld();
    expect(await runCommand(['--version'], world)).toBe(0);
    expect(written.output).toBe('9.8.7\n');
    expect(await runCommand(['screen', 'run', '--help'], world)).toBe(0);
    expect(await runCommand([], world)).toBe(0);
    expect(connections().nConnected).toBe(0);
    expect(written.messages).toBe('');
  });

  it.each([
    ['an unknown flag', 'dataset import --inptu a --project p', /^gcw: --inptu: did you mean --input\?/],
    ['a missing flag', 'dataset import --project p', /^gcw: --input \(Files or folders\): it is missing/],
    [
      'a bound',
      'screen run --project p --model m --tokens t --label-column c --start s --goals g --n-cells 2',
      /--n-cells \(Start cells\): it must be at least 4/,
    ],
    [
      'a choice',
      'dataset import --project p --input a --species rat',
      /--species \(Species\): it must be auto or human or mouse/,
    ],
    ['no project', 'dataset list', /^gcw: --project: gcw dataset list works on a project/],
    ['nobody to ask', 'dataset list --project p', /set GCW_PASSPHRASE or run this in a terminal/],
  ])('refuses %s with status 2 before anything is opened', async (_what, line, message) => {
    const { world, written, connections } = fakeWorld();
    expect(await runCommand(line.split(' '), world)).toBe(2);
    expect(written.messages).toMatch(message);
    expect(written.output).toBe('');
    expect(connections().nConnected).toBe(0);
  });
});

describe('errors', () => {
  it('become an exit status, a line on the error output and an object with --json', async () => {
    const { world, written, connections } = fakeWorld();
    expect(await runCommand(['dataset', 'inspect', '--input', 'b.h5ad', '--json'], world)).toBe(3);
    expect(written.messages).toBe('gcw: b.h5ad: no such file; check the path.\n');
    expect(JSON.parse(written.output)).toEqual({
      error: { code: 'not-found', message: 'b.h5ad: no such file; check the path.', details: { a: 1 } },
    });
    expect(connections()).toEqual({ nConnected: 1, nClosed: 1 });
  });

  it('say nothing of what happened inside', async () => {
    const { world, written } = fakeWorld({ environment: RIGHT });
    expect(await runCommand(['project', 'audit', '--project', 'p', '--json'], world)).toBe(70);
    expect(written.messages + written.output).not.toContain('patient');
    expect(written.output).toContain('"internal"');
  });

  it('tell a defect with its stack when asked', async () => {
    const { world, written } = fakeWorld({ environment: { ...RIGHT, GCW_DEBUG: '1' } });
    await runCommand(['project', 'audit', '--project', 'p'], world);
    expect(written.messages).toContain('caused by TypeError');
  });

  it.each(Object.entries(ERROR_CODES))('%s ends with its status', async (code, { exitStatus }) => {
    const { world } = fakeWorld();
    const failing = {
      ...world,
      connect: () => {
        throw new WorkbenchError(code as ErrorCode, 'x: y.');
      },
    };
    expect(await runCommand(['host', 'machine'], failing)).toBe(exitStatus);
  });
});

describe('secrets', () => {
  it('asks for a new passphrase twice and refuses two that differ', async () => {
    const same = fakeWorld({ typed: ['right', 'right'] });
    expect(await runCommand(['project', 'create', '--project', 'p.gcwproj', '--json'], same.world)).toBe(0);
    expect(same.questions).toEqual(['Passphrase', 'Passphrase again']);
    expect(same.calls).toEqual([{ path: 'project.create', input: { path: 'p.gcwproj', passphrase: 'right' } }]);
    expect(JSON.parse(same.written.output)).toMatchObject({ recoveryKey: 'AAAA-BBBB', project: { name: 'blood' } });

    const differ = fakeWorld({ typed: ['right', 'wrong'] });
    expect(await runCommand(['project', 'create', '--project', 'p.gcwproj'], differ.world)).toBe(2);
    expect(differ.calls).toEqual([]);
  });

  it('opens with the passphrase of a person, of the environment, or with a recovery key', async () => {
    for (const options of [
      { typed: ['right'] },
      { environment: RIGHT },
      { environment: { GCW_RECOVERY_KEY: 'key' } },
    ]) {
      const { world, calls } = fakeWorld(options);
      expect(await runCommand(['dataset', 'list', '--project', 'p'], world)).toBe(0);
      expect(calls.map((call) => call.path)).toEqual(['project.open', 'dataset.list']);
    }
    const { world } = fakeWorld({ environment: { GCW_RECOVERY_KEY: 'key' } });
    expect(await runCommand(['project', 'open', '--project', 'p'], world)).toBe(0);
  });

  it('passes the refusal of a wrong passphrase on and closes', async () => {
    const { world, written, connections } = fakeWorld({ environment: { GCW_PASSPHRASE: 'wrong' } });
    expect(await runCommand(['dataset', 'list', '--project', 'p'], world)).toBe(2);
    expect(written.messages).toMatch(/passphrase does not open/);
    expect(written.messages).not.toContain('wrong');
    expect(connections()).toEqual({ nConnected: 1, nClosed: 1 });
  });
});

describe('a job', () => {
  const outputs = [
    manifest('vocabulary', '1', { hash: 'x' }),
    manifest('dataset', '2', { nCells: 5, species: 'human', warnings: ['w'], jobId: 'not this' }),
  ];

  it('gives one JSON document with the ids of what it made and the last summary', async () => {
    const { world, written, calls } = fakeWorld({ environment: RIGHT, plan: { outputs } });
    expect(await runCommand([...IMPORT, '--json'], world)).toBe(0);
    expect(JSON.parse(written.output)).toEqual({
      jobId: JOB_ID,
      vocabularyId: id('1'),
      datasetId: id('2'),
      nCells: 5,
      species: 'human',
      warnings: ['w'],
    });
    expect(calls[1]).toMatchObject({ path: 'dataset.import', input: { input: ['a.h5ad'] } });
  });

  it('tells its progress sparsely on the error output, logs always', async () => {
    const events = [
      progressEvent('Reading', 0, 100),
      progressEvent('Reading', 1, 100),
      progressEvent('Reading', 2, 100),
      { type: 'log', seq: 2, at: AT, level: 'warn', message: 'many empty cells' } as const,
      progressEvent('Reading', 55, 100),
    ];
    const { world, written } = fakeWorld({ environment: RIGHT, plan: { outputs, events } });
    await runCommand([...IMPORT, '--json'], world);
    expect(written.messages.split('\n')).toEqual([
      'Reading · 0/100 cells · 2.5/s · 0:34 left',
      'warning: many empty cells',
      'Reading · 55/100 cells · 2.5/s · 0:34 left',
      '',
    ]);
  });

  it('keeps one live line on a terminal and clears it', async () => {
    const events = [progressEvent('Reading', 1, 100), progressEvent('Reading', 2, 100)];
    const { world, written } = fakeWorld({ environment: RIGHT, plan: { outputs, events }, isTerminal: true });
    await runCommand(IMPORT, world);
    expect(written.messages.split('\r\u001B[K').slice(1)).toEqual([
      'Reading · 1/100 cells · 2.5/s · 0:34 left',
      'Reading · 2/100 cells · 2.5/s · 0:34 left',
      '',
    ]);
  });

  it('fails with its own error', async () => {
    const error = { code: 'data-format', message: 'a.h5ad: it holds no counts; choose another matrix.' } as const;
    const { world, written } = fakeWorld({ environment: RIGHT, plan: { end: { state: 'failed', error } } });
    expect(await runCommand([...IMPORT, '--json'], world)).toBe(4);
    expect(JSON.parse(written.output)).toEqual({ error: { ...error, details: { jobId: JOB_ID } } });
  });

  it('is asked to stop by the first interrupt and made to by the second', async () => {
    const fake = fakeWorld({
      environment: RIGHT,
      plan: { runsUntilCancelled: 2, events: [progressEvent('Reading', 1, 9)] },
    });
    const ended = runCommand(IMPORT, fake.world);
    await until(() => expect(fake.streamsOpen()).toBe(1));
    fake.interrupt();
    fake.interrupt();
    expect(await ended).toBe(130);
    const cancels = fake.calls.filter((call) => call.path === 'jobs.cancel').map((call) => call.input);
    expect(cancels).toEqual([
      { jobId: JOB_ID, force: false },
      { jobId: JOB_ID, force: true },
    ]);
    expect(fake.written.messages).toMatch(/press Ctrl-C again/);
    expect(fake.isListening()).toBe(false);
    expect(fake.connections().nClosed).toBe(1);
  });

  it('that is resumed is followed too', async () => {
    const { world, written } = fakeWorld({ environment: RIGHT, plan: { outputs } });
    const words = `jobs resume --job-id ${JOB_ID} --project p --json`.split(' ');
    expect(await runCommand(words, world)).toBe(0);
    expect(JSON.parse(written.output)).toMatchObject({ jobId: JOB_ID, datasetId: id('2') });
  });

  it('is left when it pauses, saying how to go on', async () => {
    const events = [{ type: 'state', seq: 1, at: AT, state: 'paused' } as const];
    const { world, written, streamsOpen } = fakeWorld({
      environment: RIGHT,
      plan: { events, end: { state: 'paused' } },
    });
    expect(await runCommand(IMPORT, world)).toBe(130);
    expect(written.messages).toContain(`gcw jobs resume --job-id ${JOB_ID}`);
    expect(streamsOpen()).toBe(0);
  });
});

describe('an export', () => {
  const words = 'ranking export --ranking latest --format csv --project p'.split(' ');
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gcw-export-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes to the output as it is', async () => {
    const { world, written } = fakeWorld({ environment: RIGHT });
    expect(await runCommand(words, world)).toBe(0);
    expect(written.output).toBe('rank,gene\n1,GATA1\n');
  });

  it('goes to a file', async () => {
    const { world, written } = fakeWorld({ environment: RIGHT });
    const file = path.join(folder, 'r.csv');
    expect(await runCommand([...words, '--out', file, '--json'], world)).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('rank,gene\n1,GATA1\n');
    expect(JSON.parse(written.output)).toMatchObject({ fileName: 'ranking.csv', mediaType: 'text/csv', path: file });
  });

  it('that cannot be written says so', async () => {
    const { world, written } = fakeWorld({ environment: RIGHT });
    expect(await runCommand([...words, '--out', path.join(folder, 'no', 'r.csv')], world)).toBe(3);
    expect(written.messages).toContain('r.csv');
  });
});

describe('work without a job', () => {
  const words = (model: string) => ['model', 'verify', '--model', model, '--json'];
  const events = [progressEvent('Reading', 1, 4), progressEvent('Reading', 4, 4)];

  it('tells its progress on the error output and its result on the output', async () => {
    const { world, written, connections } = fakeWorld({ plan: { events } });
    expect(await runCommand(words('base'), world)).toBe(0);
    expect(JSON.parse(written.output)).toEqual({ id: 'ab'.repeat(16), title: 'Base', intact: true });
    expect(written.messages.split('\n')).toEqual([
      'Reading · 1/4 cells · 2.5/s · 0:34 left',
      'Reading · 4/4 cells · 2.5/s · 0:34 left',
      '',
    ]);
    expect(connections()).toEqual({ nConnected: 1, nClosed: 1 });
  });

  it('fails with its own error', async () => {
    const { world, written } = fakeWorld({ plan: { events } });
    expect(await runCommand(words('changed'), world)).toBe(4);
    expect(written.messages).toContain('gcw: Base: it was changed; import it again.');
  });

  it('is stopped by an interrupt', async () => {
    const { world, interrupt, written, isListening } = fakeWorld({ plan: { events } });
    const ended = runCommand(words('stuck'), world);
    await until(() => expect(written.messages).toContain('4/4'));
    interrupt();
    expect(await ended).toBe(ERROR_CODES.cancelled.exitStatus);
    expect(isListening()).toBe(false);
  });
});
