import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobId } from '#shared/domain/ids.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { makeCells } from '../support/make-cells.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { type Ended, expectRefusal, gcw, resultOf, startGcw, type Started } from './support/command-line.ts';
import { type PreparedProject, prepareProject, snapshot } from './support/prepared-project.ts';

const reason = process.platform === 'linux' ? null : 'children of a process are looked up in /proc';
const MINUTES = 60_000;

const LABELLED = '--tokens latest --model latest --label-column cell_type';
const SCREEN = `screen run ${LABELLED} --start progenitor --goals mature --operators mask,remove,over-express`;

/** A moment in the course of a job, and who is gone then; `both` at once is what a power cut does. */
interface Hit {
  gone: 'program' | 'engine' | 'both';
  /** As soon as this is heard; else at a random moment of its part of the time an undisturbed run took: early, midway, late. */
  at?: RegExp;
}

interface Killed {
  kind: string;
  words: string;
  hits: Hit[];
  /** What the last hit must leave in the project for the job to go on from, and where it must not begin again. */
  kept?: { parts: string[]; again: RegExp };
}

const ANY_TIME: Hit[] = [{ gone: 'program' }, { gone: 'engine' }, { gone: 'both' }];
/** A training saves its state after 200 quick steps. */
const pastCheckpoint = (stage: string, gone: Hit['gone']): Pick<Killed, 'hits' | 'kept'> => ({
  hits: [{ gone: 'program' }, { gone: 'engine' }, { gone, at: new RegExp(`${stage} · [2-4]\\d\\d/`) }],
  kept: {
    parts: ['shard/curves', `shard/${stage.toLowerCase()}`],
    again: new RegExp(`${stage} · 1?\\d?\\d/`),
  },
});

/** Every kind of job that a user waits for. One cell a step, so that there are more steps than a crash may cost. */
const JOBS: Killed[] = [
  { kind: 'import', words: 'dataset import --input @many.h5ad', hits: ANY_TIME },
  { kind: 'preprocess', words: 'preprocess run --dataset latest --profile none --max-length 64', hits: ANY_TIME },
  {
    kind: 'pretrain',
    words: 'model pretrain --tokens latest --batch-size 1 --epochs 5',
    ...pastCheckpoint('Pretraining', 'both'),
  },
  {
    kind: 'finetune',
    words: `training finetune ${LABELLED} --batch-size 1 --epochs 5`,
    ...pastCheckpoint('Fine-tuning', 'program'),
  },
  { kind: 'screen', words: `${SCREEN} --n-cells 4`, hits: ANY_TIME },
];

describe.skipIf(reason)(`kill -9${reason ? ` [skipped: ${reason}]` : ''}`, () => {
  let prepared: PreparedProject;
  let before: Awaited<ReturnType<typeof snapshot>>;

  beforeAll(async () => {
    prepared = await prepareProject('pretrain');
    before = await snapshot(prepared.file);
    await writeH5ad(path.join(prepared.folder, 'many.h5ad'), makeCells({ nCells: 1500, nGenes: 200, seed: 9 }));
  }, MINUTES);
  afterAll(() => prepared.remove());

  const wordsOf = (words: string, file: string): string[] => [
    ...words.split(' ').map((word) => (word.startsWith('@') ? path.join(prepared.folder, word.slice(1)) : word)),
    '--project',
    file,
    '--json',
  ];
  const start = (words: string, file: string): Started => startGcw(prepared.dataFolder, wordsOf(words, file));
  const run = (words: string, file: string): Promise<Ended> => gcw(prepared.dataFolder, wordsOf(words, file));

  /** What a project holds beyond the prepared one, after a check of every page, every blob and the audit chain. */
  async function added(file: string) {
    const after = await snapshot(file);
    expect(after.isAuditIntact).toBe(true);
    expect(after.audit.slice(0, before.audit.length)).toEqual(before.audit);
    expect(after.artifacts.slice(0, before.artifacts.length)).toEqual(before.artifacts);
    return {
      artifacts: after.artifacts.slice(before.artifacts.length),
      job: after.jobs.length > before.jobs.length ? after.jobs.at(-1)! : null,
    };
  }

  /** Brings a project that was left in the lurch to its end, as a user would; with what was said meanwhile. */
  async function finish(words: string, file: string): Promise<{ artifacts: string[]; messages: string }> {
    const { job } = await added(file);
    let messages = '';
    if (job?.state !== 'succeeded') {
      const ended = await run(job ? `jobs resume --job-id ${job.id}` : words, file);
      resultOf(ended);
      messages = ended.stderr;
    }
    const { artifacts, job: finished } = await added(file);
    expect(finished?.state).toBe('succeeded');
    return { artifacts, messages };
  }

  it.each(JOBS)(
    'of program, engine or both during $kind loses nothing but time',
    async ({ kind, words, hits, kept }) => {
      const undisturbed = prepared.copy(`${kind}-undisturbed`);
      const began = performance.now();
      const whole = start(words, undisturbed);
      const engineBegan = await engineOf(whole).then(() => performance.now());
      resultOf(await whole.ended);
      const [untilEngine, untilEnd] = [engineBegan - began, performance.now() - began];
      const expected = (await added(undisturbed)).artifacts;
      expect(expected.length).toBeGreaterThan(0);

      const random = new CounterRandom(17, kind);
      for (const [i, { gone, at }] of hits.entries()) {
        const file = prepared.copy(`${kind}-${i}`);
        const victim = start(words, file);
        const engine = await engineOf(victim);
        const share = (i + random.uniform(i)) / hits.length;
        await (at ? heard(victim, at) : sleep(share * (untilEnd - untilEngine)));
        if (gone !== 'engine') victim.child.kill('SIGKILL');
        if (gone !== 'program') killIfThere(engine);
        const ended = await victim.ended;
        await endOf(engine);
        const where = `${kind} without ${gone}: ${ended.stderr}`;
        const { artifacts, job } = await added(file);
        expect([[], expected], where).toContainEqual(artifacts);
        // The engine is started anew and the job taken up by itself; a program that is gone leaves it for the next one.
        if (gone === 'engine') expect(ended.status, where).toBe(0);
        else if (ended.signal === 'SIGKILL' && job) expect(['queued', 'running', 'succeeded']).toContain(job.state);
        if (at) expect((await snapshot(file, job!.id)).keptParts.sort(), where).toEqual(kept!.parts);
        const { artifacts: finished, messages } = await finish(words, file);
        expect(finished, where).toEqual(expected);
        if (at) expect(messages).not.toMatch(kept!.again);
      }
    },
    4 * MINUTES,
  );

  it(
    'twice of the engine parks the job with a diagnosis, and it can be resumed',
    async () => {
      const file = prepared.copy('parked');
      const victim = start(`${SCREEN} --n-cells 12`, file);
      const first = await engineOf(victim);
      await heard(victim, /Perturbing genes/);
      killIfThere(first);
      await heard(victim, /tried once more/);
      const second = await engineOf(victim, first);
      killIfThere(second);
      const { details } = expectRefusal(await victim.ended, 'resource', /stopped 2 times/, /resume/);
      expect((await added(file)).job).toMatchObject({ id: details!.jobId, state: 'parked', crashes: 2 });
      expect(resultOf(await run(`jobs resume --job-id ${String(details!.jobId)}`, file))).toMatchObject({ nCells: 12 });
    },
    4 * MINUTES,
  );

  it(
    'is not needed: a cancelled screen keeps its finished cells and goes on from there to the same result',
    async () => {
      const words = `${SCREEN} --n-cells 16`;
      const undisturbed = prepared.copy('screen-whole');
      resultOf(await run(words, undisturbed));
      const file = prepared.copy('cancelled');
      const stopped = start(words, file);
      await heard(stopped, /Perturbing genes · \d,\d/);
      stopped.child.kill('SIGINT');
      const { details } = expectRefusal(await stopped.ended, 'cancelled', /is kept/, /jobs resume/);
      const jobId = String(details!.jobId) as JobId;
      const { artifacts, job } = await added(file);
      expect(artifacts).toEqual([]);
      expect(job).toMatchObject({ id: jobId, state: 'cancelled' });
      const { keptParts } = await snapshot(file, jobId);
      expect(keptParts.length).toBeGreaterThan(0);
      expect(keptParts.length).toBeLessThan(16);
      expect((await finish(words, file)).artifacts).toEqual((await added(undisturbed)).artifacts);
      expect((await snapshot(file, jobId)).keptParts).toEqual([]);
    },
    4 * MINUTES,
  );
});

/** Asks again and again until there is an answer; a test that waits for ever fails at its time limit. */
async function until<T>(ask: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    await sleep(10);
  }
}

/** The engine child of a program, another one than `earlier`. */
function engineOf({ child }: Started, earlier?: number): Promise<number> {
  return until(() => childrenOf(child.pid!).find((pid) => pid !== earlier));
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended before.
  }
}

/** A program that is gone leaves its engine to notice that by itself. */
const endOf = (pid: number): Promise<unknown> => until(() => !readable(`/proc/${pid}/stat`));

function readable(file: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

const heard = (started: Started, words: RegExp): Promise<unknown> =>
  until(() => words.test(started.heard()) || started.child.exitCode !== null);
