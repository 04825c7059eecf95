import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { workResult } from '../support/work-result.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;

describe('embeddings of a project', () => {
  const workbench = openWorkbench('embed');
  const { client, at, finish, folder } = workbench;
  const cells = makeCells({ nCells: 120, nGenes: 150, nDonors: 2, states: ['early', 'late'], seed: 3 });

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await client.project.create({ path: at('p.gcwproj'), passphrase: 'some cells' });
    await finish(client.dataset.import({ input: [at('cells.h5ad')] }));
    await finish(client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 1 }));
    await finish(client.model.pretrain({ tokens: 'latest', epochs: 0 }));
  }, MINUTES);

  afterAll(() => workbench.remove());

  it(
    'are kept with where they come from and written as a table and as an array',
    async () => {
      const made = await finish(client.model.embed({ model: 'latest', tokens: 'latest', genes: true, minCells: 100 }));
      expect(made).toMatchObject({ nCells: 120, width: 96, pooling: 'cls' });
      const { nGenes, nGenesLeftOut } = made as { nGenes: number; nGenesLeftOut: number };
      expect(nGenes).toBeGreaterThan(0);
      expect(nGenesLeftOut).toBeGreaterThan(0);
      const { methods, commands } = await client.artifact.provenance({ id: 'latest' });
      expect(methods).toMatch(/120 cells was embedded as the CLS vector.*means over the cells that express them/);
      expect(commands.at(-1)).toMatch(/^gcw model embed .*--genes --min-cells 100/);

      const csv = at('cells.csv');
      expect(await client.model.exportEmbeddings({ out: csv })).toMatchObject({ rows: 120, columns: 96 });
      const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(121);
      expect(lines[0]).toMatch(/^cell,dim_1,.*,dim_96$/);
      expect(lines[1].split(',')[0]).toBe(cells.cellIds[0]);

      const npy = at('cells.npy');
      await client.model.exportEmbeddings({ out: npy });
      const bytes = readFileSync(npy);
      expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0093NUMPY\u0001\u0000');
      const start = 10 + bytes.readUInt16LE(8);
      expect(start % 64).toBe(0);
      expect(bytes.subarray(10, start).toString()).toMatch(
        /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(120, 96\), \} *\n$/,
      );
      expect(bytes.length).toBe(start + 120 * 96 * 4);
      expect(bytes.readFloatLE(start)).toBe(Math.fround(Number(lines[1].split(',')[1])));
      expect(readFileSync(at('cells.rows.txt'), 'utf8').split('\n')[0]).toBe(cells.cellIds[0]);

      const genes = at('genes.csv');
      expect(await client.model.exportEmbeddings({ what: 'genes', out: genes })).toMatchObject({ rows: nGenes });
      const [heading, ...rows] = readFileSync(genes, 'utf8').trimEnd().split('\n');
      expect(heading).toMatch(/^gene,n_cells,dim_1/);
      for (const row of rows) expect(Number(row.split(',')[1])).toBeGreaterThanOrEqual(100);
      expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
    MINUTES,
  );

  it('are refused in another format, and genes where there are none', async () => {
    await finish(client.model.embed({ model: 'latest', tokens: 'latest', pooling: 'mean' }));
    await expect(client.model.exportEmbeddings({ out: at('x.txt') })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(client.model.exportEmbeddings({ what: 'genes', out: at('x.csv') })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/--genes/),
    });
  });

  it('come from a model of the project too when cells are given as tokens', async () => {
    const inputs = path.join(import.meta.dirname, '..', '..', 'resources', 'selftest', 'expected_forward.safetensors');
    const out = at('out.safetensors');
    // Its tokens are those of another vocabulary; both are numbers below the size of this one or refused.
    const answer = workResult(client.model.forward({ model: 'latest', inputs, out, outputs: ['cls_embedding'] }));
    await expect(answer).rejects.toMatchObject({ code: 'data-format', message: expect.stringMatching(/tokens/) });
  });
});
