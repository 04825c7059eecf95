import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Project } from '#project/project.ts';
import { useFolder } from './support.ts';

const { file, track } = useFolder();
const ARCHIVES = path.join(import.meta.dirname, '..', 'fixtures', 'archives');

it.each([
  { passphrase: 'archive passphrase' },
  { recoveryKey: '73RF-JH24-QZAM-GYDJ-G8CB-S0BK-WRE4-5J6N-BMK8-DVFT-1022-C3WF-T619-PKTT' },
])('a project of version 1 opens with its %o and holds what it held', async (secret) => {
  copyFileSync(path.join(ARCHIVES, 'project-v1.bin'), file());
  const project = track(await Project.open(file(), secret));
  project.integrityCheck({ content: true });
  expect(project.info()).toMatchObject({ name: 'archive of version 1', isDemo: false });
  const [dataset, tokens] = project.artifacts.list();
  expect(dataset).toMatchObject({
    id: 'a6a1f4b7102caa2927860bf9dd8492ba8ae73ed080b47b019234d8ce36e2b42d',
    summary: { nCells: 2 },
  });
  expect(project.artifacts.readJson(dataset.id, 'genes')).toEqual([{ id: 'ENSG00000105610', symbol: 'KLF1' }]);
  const counts = project.artifacts.readTyped(dataset.id, 'counts', 'float32');
  expect(counts).toEqual(Float32Array.from({ length: 70_000 }, (_, i) => i % 97));
  expect(project.artifacts.ancestry(tokens.id)).toEqual([dataset]);
  expect(project.artifacts.readTyped(tokens.id, 'token-ids', 'int32')).toEqual(Int32Array.of(5, 3, 8));
  const [job] = project.jobs.list();
  expect(job).toMatchObject({ title: 'Pretraining', state: 'paused', lastSeq: 2 });
  expect(project.jobs.events(job.id, 1, 9)).toMatchObject([{ type: 'metric', value: 2.5 }]);
  expect(project.jobs.loadState(job.id, 'checkpoint')).toEqual(Uint8Array.of(1, 2, 3));
  expect(project.audit.verify()).toMatchObject({ intact: true });
  expect(project.audit.exportText()).toContain('ec0db964470b5bf79985c71cefeb3af9ffd46f229a59e719526d94d4f064db7a');
});
