import { workerData } from 'node:worker_threads';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ArtifactReader } from '#project/artifact-reader.ts';
import { runRange, type RunningPass } from '#singlecell/passes/cell-pass.ts';
import { CELL_PASSES } from '#singlecell/passes/index.ts';
import { openStoredCounts } from '../stored-counts.ts';
import { serve } from '../threads/answer.ts';
import type { ThreadSource, ToThread } from './protocol.ts';

/** Reads ranges of cells of a project file by itself and does with them what it is told. */
const { file, dataKey, dataset, nGenes } = workerData as ThreadSource;
const counts = openStoredCounts(new ArtifactReader(file, dataKey), dataset, nGenes);
let running: RunningPass<unknown, unknown> | null = null;

serve<ToThread>((message) => {
  switch (message.type) {
    case 'begin': {
      const pass = CELL_PASSES.get(message.pass);
      if (!pass) throw new WorkbenchError('internal', `Thread: it knows no pass ${message.pass}.`);
      running = pass.begin(message.params as never);
      return undefined;
    }
    case 'range':
      return runRange(running!, counts, message.start, message.end);
    case 'end': {
      const gathered = running!.end();
      running = null;
      return gathered;
    }
  }
});
