import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { BLOCK_CELLS } from '#genecompass/embed.ts';
import { embedWorker } from '#workers/embed.ts';
import type { JobContext } from '#jobs/worker.ts';
import { Project } from '#project/project.ts';
import { JobId } from '#shared/domain/ids.ts';
import { bytesOf } from '#tests/genecompass/support/bytes-of.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 120_000;
const PASSPHRASE = 'some cells';
const workbench = openWorkbench('embed-resume');
const { client, folder, finish } = workbench;

afterAll(() => workbench.remove());

it(
  'an embedding job that was stopped goes on after its last block, to the same artifact',
  async () => {
    const cells = makeCells({ nCells: BLOCK_CELLS + 60, nGenes: 40, nDonors: 2, states: ['early', 'late'], seed: 5 });
    const file = path.join(folder, 'cells.h5ad');
    await writeH5ad(file, cells);
    await client.project.create({ path: path.join(folder, 'p.gcwproj'), passphrase: PASSPHRASE });
    await finish(client.dataset.import({ input: [file] }));
    await finish(client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 1 }));
    await finish(client.model.pretrain({ tokens: 'latest', epochs: 0 }));

    const model = (await client.model.list())[0].id;
    const tokens = (await client.preprocess.list())[0].id;
    await workbench.close();

    const project = await Project.open(file.replace('cells.h5ad', 'p.gcwproj'), { passphrase: PASSPHRASE });
    const run = async (kept: Map<string, Uint8Array>, stopAt?: number) => {
      const stop = new AbortController();
      const done: number[] = [];
      const context: JobContext = {
        jobId: JobId.parse('job-embedresume1'),
        project,
        signal: stop.signal,
        progress: (_stage, n) => {
          done.push(n);
          if (n === stopAt) stop.abort();
        },
        metric: () => undefined,
        log: () => undefined,
        partial: () => undefined,
        saveCheckpoint: async (bytes) => void kept.set('checkpoint', bytes.slice()),
        loadCheckpoint: async () => asBuffer(kept.get('checkpoint')),
        shards: {
          load: async (key) => asBuffer(kept.get(`shard/${key}`)),
          save: async (key, content) =>
            void kept.set(`shard/${key}`, content instanceof Uint8Array ? content.slice() : bytesOf(content)),
        },
      };
      return { done, outputs: await embedWorker(context, { model, tokens, genes: true, minCells: 1 }) };
    };
    try {
      const kept = new Map<string, Uint8Array>();
      await expect(run(kept, BLOCK_CELLS)).rejects.toMatchObject({ name: 'AbortError' });
      expect([...kept.keys()]).toEqual(['shard/cells-0', 'checkpoint']);
      const resumed = await run(kept);
      expect(resumed.done).toEqual([cells.cellIds.length]);
      const whole = await run(new Map());
      expect(whole.done).toEqual([BLOCK_CELLS, cells.cellIds.length]);
      // An id is a hash of the content too.
      expect(resumed.outputs).toEqual(whole.outputs);
    } finally {
      project.close();
    }
  },
  MINUTES,
);

/** As a database gives bytes: a Buffer somewhere in a larger one. */
function asBuffer(bytes: Uint8Array | undefined): Uint8Array | null {
  return bytes ? Buffer.concat([Buffer.alloc(3), bytes]).subarray(3) : null;
}
