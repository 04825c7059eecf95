import { readFileSync } from 'node:fs';
import path from 'node:path';
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
/** One cell a step, so that there are more steps than a crash may cost. */
const PRETRAIN = 'model pretrain --tokens latest --batch-size 1';
const FINETUNE = `training finetune ${LABELLED} --batch-size 1`;
/** Every kind of job that a user waits for, and where in its course it is hit, as a share of an undisturbed run. */
const JOBS = [
  ['import', 'dataset import --input @many.h5ad'],
  ['preprocess', 'preprocess run --dataset latest --profile none --max-length 64'],
  ['pretrain', `${PRETRAIN} --epochs 3`],
  ['finetune', `${FINETUNE} --epochs 4`],
  ['screen', `${SCREEN} --n-cells 4`],
] as const;

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

  /** Brings a project that was left in the lurch to its end, as a user would. */
  async function finish(words: string, file: string): Promise<string[]> {
    const { job } = await added(file);
    if (!job) resultOf(await run(words, file));
    else if (job.state !== 'succeeded') resultOf(await run(`jobs resume --job-id ${job.id}`, file));
    const { artifacts, job: finished } = await added(file);
    expect(finished?.state).toBe('succeeded');
    return artifacts;
  }

  it.each(JOBS)(
    'of program or engine during %s loses nothing but time',
    async (kind, words) => {
      const undisturbed = prepared.copy(`${kind}-undisturbed`);
      const began = performance.now();
      const whole = start(words, undisturbed);
      const engineBegan = await engineOf(whole).then(() => performance.now());
      resultOf(await whole.ended);
      const [untilEngine, untilEnd] = [engineBegan - began, performance.now() - began];
      const expected = (await added(undisturbed)).artifacts;
      expect(expected.length).toBeGreaterThan(0);

      const random = new CounterRandom(17, kind);
      for (let hit = 0; hit < 3; hit++) {
        const file = prepared.copy(`${kind}-${hit}`);
        const victim = start(words, file);
        const isEngine = hit === 1;
        const engine = await engineOf(victim);
        const killed = afterMs((untilEnd - untilEngine) * random.uniform(hit), () =>
          isEngine ? killIfThere(engine) : victim.child.kill('SIGKILL'),
        );
        const ended = await victim.ended;
        await killed;
        await endOf(engine);
        const where = `${kind} ${hit}: ${ended.stderr}`;
        const { artifacts, job } = await added(file);
        expect([[], expected], where).toContainEqual(artifacts);
        // The engine is started anew and the job taken up by itself; a program that is gone leaves it for the next one.
        if (isEngine) expect(ended.status, where).toBe(0);
        else if (ended.signal === 'SIGKILL' && job) expect(['queued', 'running', 'succeeded']).toContain(job.state);
        expect(await finish(words, file), where).toEqual(expected);
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

  it.each([
    // A fast engine tells of every second hundred steps only, and takes some more before it sees that its program is gone.
    ['pretraining', `${PRETRAIN} --epochs 12`, /Pretraining · (2[5-9]|[3-8]\d)\d\//],
    ['fine-tuning', `${FINETUNE} --epochs 12`, /Fine-tuning · (2[5-9]|[3-8]\d)\d\//],
  ])(
    'of the program after a checkpoint of %s goes on from it to the same result',
    async (name, words, pastCheckpoint) => {
      const undisturbed = prepared.copy(`${name}-whole`);
      resultOf(await run(words, undisturbed));
      const file = prepared.copy(`${name}-killed`);
      const victim = start(words, file);
      const engine = await engineOf(victim);
      await heard(victim, pastCheckpoint);
      victim.child.kill('SIGKILL');
      await victim.ended;
      await endOf(engine);
      const { job } = await added(file);
      expect((await snapshot(file, job!.id)).keptParts.sort()).toEqual(['shard/curves', `shard/${name}`]);
      const resumed = start(`jobs resume --job-id ${job!.id}`, file);
      resultOf(await resumed.ended);
      expect(resumed.heard()).toMatch(/(Pretraining|Fine-tuning) · \d/);
      expect(resumed.heard()).not.toMatch(/(Pretraining|Fine-tuning) · 1?\d?\d\//);
      expect((await added(file)).artifacts).toEqual((await added(undisturbed)).artifacts);
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
      expect(await finish(words, file)).toEqual((await added(undisturbed)).artifacts);
      expect((await snapshot(file, jobId)).keptParts).toEqual([]);
    },
    4 * MINUTES,
  );
});

const afterMs = (ms: number, act: () => void): Promise<void> =>
  new Promise((resolve) =>
    setTimeout(() => {
      act();
      resolve();
    }, ms),
  );

/** Asks again and again until there is an answer; a test that waits for ever fails at its time limit. */
async function until<T>(ask: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    await afterMs(10, () => undefined);
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
