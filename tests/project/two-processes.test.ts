import { fork } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeProject, planOf, useFolder } from './support.ts';

const { file, track } = useFolder();

it('is written by two processes at once; each sees what the other finished, and neither is refused', async () => {
  const { project } = await makeProject(file());
  track(project);
  const child = fork(path.join(import.meta.dirname, 'fixtures', 'writer.ts'), [], { serialization: 'advanced' });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const seen: string[] = [];
  let nOwn = 0;
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('message', (text: string) => {
      const draft = project.artifacts.draft(planOf({ kind: 'tokens', config: { n: nOwn++ } }));
      draft.blob('content', new Uint8Array(1_200_000).fill(nOwn));
      draft.commit({});
      project.audit.append({ what: 'looked' });
      if (!text.startsWith('made ')) return;
      project.artifacts.verify(text.slice(5));
      seen.push(text);
      if (seen.length === 4) resolve();
    });
    child.send({ path: file(), dataKey: project.dataKey, round: 0 });
  });
  child.kill('SIGKILL');
  await exited;
  expect(project.artifacts.list({ kind: 'tokens' })).toHaveLength(nOwn);
  expect(project.artifacts.list({ kind: 'dataset' }).length).toBeGreaterThanOrEqual(4);
  expect(project.audit.verify().intact).toBe(true);
  project.integrityCheck({ content: true });
});
