import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { openWorkbench, type TestWorkbench } from '#tests/support/open-workbench.ts';

let bench: TestWorkbench;
let dataset: ArtifactId;

beforeAll(async () => {
  bench = openWorkbench('artifact');
  const { client } = bench;
  await client.project.create({ path: bench.at('p.gcwproj'), passphrase: 'seven quiet herons' });
  const genes = ['GATA1', 'SPI1', 'CD34', 'KLF1', 'MPO', 'PAX5', 'EBF1', 'TAL1', 'MYB', 'RUNX1'];
  const cells = Array.from({ length: 12 }, (_, cell) => `c${cell}`);
  const rows = genes.map((gene, g) => [gene, ...cells.map((_, c) => ((g * 7 + c * 3) % 5) + 1)].join(','));
  writeFileSync(bench.at('counts.csv'), [['gene', ...cells].join(','), ...rows].join('\n'));
  await bench.finish(client.dataset.import({ input: [bench.at('counts.csv')], species: 'human' }));
  [{ id: dataset }] = await client.dataset.list();
  await bench.finish(client.dataset.check({ dataset }));
}, 60_000);
afterAll(() => bench.remove());

describe('what hangs on an artifact', () => {
  it('is told with the space they take', async () => {
    const hanging = await bench.client.artifact.dependents({ id: dataset });
    expect(hanging.artifacts.map(({ kind }) => kind)).toEqual(['quality']);
    expect(hanging.sizeBytes).toBeGreaterThan(0);
    expect(hanging.jobs).toEqual([]);
    const [quality] = hanging.artifacts;
    const alone = await bench.client.artifact.dependents({ id: quality.id });
    expect(alone.artifacts).toEqual([]);
    expect(alone.sizeBytes).toBeLessThan(hanging.sizeBytes);
  });

  it('keeps it, unless it is to go as well', async () => {
    const { client } = bench;
    await expect(client.artifact.delete({ id: dataset })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/was made from it; delete that first, or everything together\.$/),
    });
    expect(await client.dataset.list()).toHaveLength(1);
    const { deleted } = await client.artifact.delete({ id: dataset, withDependents: true, why: 'wrong file' });
    expect(deleted).toHaveLength(2);
    expect(deleted[1]).toBe(dataset);
    expect(await client.artifact.list({})).toEqual([]);
  });

  it('is in the audit log, once each, with the reason', async () => {
    const { intact, entries } = await bench.client.project.audit();
    expect(intact).toBe(true);
    expect(entries.slice(-2).map(({ what, why }) => [what, why])).toEqual([
      ['quality deleted', 'wrong file'],
      ['dataset deleted', 'wrong file'],
    ]);
    const file = await bench.client.project.exportAudit();
    expect(file.fileName).toBe('audit-log.tsv');
    expect(file.content).toMatch(/\tdataset deleted\twrong file\t/);
    expect(file.content.trimEnd().split('\n').at(-1)).toMatch(/^# chain intact; last hash [0-9a-f]{64}$/);
    expect((await bench.client.project.audit()).entries.at(-1)?.what).toBe('audit log exported');
  });
});
