import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.jobs);

/** The queue of the open project. */
export function jobsService({ workspace }: ServiceDeps) {
  const scheduler = () => workspace.require().scheduler;
  return os.router({
    list: os.list.handler(() => scheduler().list()),
    get: os.get.handler(({ input }) => scheduler().get(input.jobId)),
    watch: os.watch.handler(async function* ({ input, signal }) {
      yield* scheduler().watch(input.jobId, input.afterSeq, signal);
    }),
    watchAll: os.watchAll.handler(async function* ({ signal }) {
      yield* scheduler().watchAll(signal);
    }),
    cancel: os.cancel.handler(({ input }) => scheduler().cancel(input.jobId, { force: input.force })),
    pause: os.pause.handler(({ input }) => scheduler().pause(input.jobId)),
    resume: os.resume.handler(({ input }) => scheduler().resume(input.jobId)),
    reorder: os.reorder.handler(({ input }) => scheduler().reorder(input.jobId, input.position)),
  });
}
