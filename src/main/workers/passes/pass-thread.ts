import { parentPort, workerData } from 'node:worker_threads';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ArtifactReader } from '#project/artifact-reader.ts';
import type { RunningPass } from '#singlecell/passes/cell-pass.ts';
import { CELL_PASSES } from '#singlecell/passes/index.ts';
import { openStoredCounts } from '../stored-counts.ts';
import type { FromThread, ThreadSource, ToThread } from './protocol.ts';

/** Reads ranges of cells of a project file by itself and does with them what it is told. */
const { file, dataKey, dataset, nGenes } = workerData as ThreadSource;
const counts = openStoredCounts(new ArtifactReader(file, dataKey), dataset, nGenes);
let running: RunningPass<unknown, unknown> | null = null;

parentPort!.on('message', (message: ToThread) => {
  try {
    answer(message);
  } catch (thrown) {
    tell({ type: 'failed', error: toWorkbenchError(thrown).toData() });
  }
});
tell({ type: 'ready' });

function answer(message: ToThread): void {
  switch (message.type) {
    case 'begin': {
      const pass = CELL_PASSES.get(message.pass);
      if (!pass) throw new WorkbenchError('internal', `Thread: it knows no pass ${message.pass}.`);
      running = pass.begin(message.params as never);
      return;
    }
    case 'range':
      return tell({
        type: 'range',
        start: message.start,
        result: running!.range(counts.rows(message.start, message.end)),
      });
    case 'end': {
      const gathered = running!.end();
      running = null;
      return tell({ type: 'end', gathered });
    }
  }
}

/** Arrays are handed over, not copied. */
function tell(message: FromThread): void {
  const content = message.type === 'range' ? message.result : message.type === 'end' ? message.gathered : null;
  const buffers = Object.values(content ?? {}).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
  parentPort!.postMessage(message, [...new Set(buffers)]);
}
