import { createRouterClient, implement, ORPCError } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ArtifactKind, ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent } from '#shared/domain/job.ts';
import type { SelftestReport } from '#shared/domain/selftest.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { plainErrors } from '#services/middleware.ts';
import type { Client } from '#hosts/cli/follow-job.ts';

export const JOB_ID = 'job-abc123' as JobId;
const AT = '2026-01-02T03:04:05.000Z';

export const id = (digit: string): ArtifactId => digit.repeat(64) as ArtifactId;

export function manifest(kind: ArtifactKind, digit: string, summary: Record<string, unknown>): ArtifactManifest {
  return {
    id: id(digit),
    kind,
    title: `${kind} ${digit}`,
    step: 'dataset import',
    stepVersion: 1,
    config: {},
    inputs: [],
    blobs: [],
    summary,
    createdAt: AT,
  };
}

export interface FakePlan {
  events?: JobEvent[];
  outputs?: ArtifactManifest[];
  end?: Pick<Job, 'state' | 'error'>;
  /** The watched stream stays open until the job is cancelled so many times. */
  runsUntilCancelled?: number;
  /** What the self test answers. */
  selftest?: SelftestReport;
}

export const progressEvent = (stage: string, done: number, total: number | null): JobEvent => ({
  type: 'progress',
  seq: 1,
  at: AT,
  progress: { stage, done, total, unit: 'cells', ratePerSecond: 2.5, etaMs: 34_000, memoryBytes: null },
});

/** A router of the whole contract of which only what hosts need answers; calls are written down. */
export function fakeServices(plan: FakePlan = {}) {
  const calls: { path: string; input: unknown }[] = [];
  let streamsOpen = 0;
  let nCancels = 0;
  let released: () => void = () => {};
  const cancelledOften = new Promise<void>((resolve) => (released = resolve));
  const outputs = plan.outputs ?? [];
  const job = (): Job => ({
    id: JOB_ID,
    kind: 'import',
    title: 'Import a.h5ad',
    state: plan.end?.state ?? (plan.runsUntilCancelled ? 'cancelled' : 'succeeded'),
    input: {},
    outputs: outputs.map((output) => output.id),
    ...(plan.end?.error ? { error: plan.end.error } : {}),
    attempts: 1,
    position: 0,
    createdAt: AT,
  });
  const os = implement(contract).use(({ next, path }, input) => {
    calls.push({ path: path.join('.'), input });
    return next();
  });
  const info = {
    path: '/p/blood.gcwproj',
    name: 'blood',
    createdAt: AT,
    sizeBytes: 1,
    schemaVersion: 1,
    isDemo: false,
  };
  const router = {
    project: {
      create: os.project.create.use(plainErrors).handler(() => ({ project: info, recoveryKey: 'AAAA-BBBB' })),
      open: os.project.open.use(plainErrors).handler(({ input }) => {
        if (input.passphrase !== 'right' && input.recoveryKey !== 'key')
          throw new WorkbenchError('invalid-input', 'blood.gcwproj: the passphrase does not open it; try again.');
        return info;
      }),
      info: os.project.info.use(plainErrors).handler(() => info),
      audit: os.project.audit.use(plainErrors).handler(() => {
        throw new TypeError('patient 17 broke it');
      }),
    },
    dataset: {
      inspect: os.dataset.inspect.use(plainErrors).handler(({ input }) => {
        throw new WorkbenchError('not-found', `${input.input[0]}: no such file; check the path.`, {
          details: { a: 1 },
        });
      }),
      import: os.dataset.import.use(plainErrors).handler(() => ({ jobId: JOB_ID })),
      list: os.dataset.list.use(plainErrors).handler(() => []),
    },
    host: {
      selftest: os.host.selftest.use(plainErrors).handler(({ input }) => {
        if (plan.selftest) return plan.selftest;
        throw new WorkbenchError('not-found', `${input.fixture}: there is no such folder; check its name.`);
      }),
    },
    model: {
      verify: os.model.verify.use(plainErrors).handler(async function* ({ input, signal }) {
        for (const event of plan.events ?? [])
          if (event.type === 'progress') yield { type: 'progress' as const, progress: event.progress };
        if (input.model === 'stuck') {
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          signal?.throwIfAborted();
        }
        if (input.model === 'changed')
          throw new WorkbenchError('data-format', 'Base: it was changed; import it again.');
        yield { type: 'done' as const, result: { id: 'ab'.repeat(16), title: 'Base', intact: true as const } };
      }),
    },
    ranking: {
      export: os.ranking.export.use(plainErrors).handler(({ input }) => ({
        fileName: `ranking.${input.format}`,
        mediaType: 'text/csv',
        content: 'rank,gene\n1,GATA1\n',
      })),
    },
    jobs: {
      list: os.jobs.list.use(plainErrors).handler(() => [job()]),
      get: os.jobs.get.use(plainErrors).handler(() => job()),
      watch: os.jobs.watch.use(plainErrors).handler(async function* ({ signal }) {
        streamsOpen++;
        try {
          for (const event of plan.events ?? []) yield event;
          if (plan.runsUntilCancelled) {
            const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
            await Promise.race([cancelledOften, aborted]);
          }
        } finally {
          streamsOpen--;
        }
      }),
      watchAll: os.jobs.watchAll.use(plainErrors).handler(async function* () {
        yield job();
        throw new WorkbenchError('resource', 'disk: it is full; free some space.');
      }),
      resume: os.jobs.resume.use(plainErrors).handler(() => job()),
      cancel: os.jobs.cancel.use(plainErrors).handler(() => {
        if (++nCancels === plan.runsUntilCancelled) released();
        return job();
      }),
    },
    artifact: {
      get: os.artifact.get.use(plainErrors).handler(({ input }) => {
        const found = outputs.find((output) => output.id === input.id);
        if (!found) throw new ORPCError('not-found', { message: `${input.id}: there is none.` });
        return found;
      }),
    },
  };
  return {
    router,
    client: createRouterClient(router) as unknown as Client,
    calls,
    streamsOpen: () => streamsOpen,
  };
}
