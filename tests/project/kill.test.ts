import { fork } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { openDatabase, readKeyHeader } from '#project/database.ts';
import { Project } from '#project/project.ts';
import { makeProject, useFolder } from './support.ts';

const { file, track } = useFolder();
const WRITER = path.join(import.meta.dirname, 'fixtures', 'writer.ts');
const KILLS = 20;
const SEED = 20;

it(
  `survives ${KILLS} kills of a writing process (seed ${SEED}): nothing made is lost, nothing half made is seen`,
  { timeout: 180_000 },
  async () => {
    const { project } = await makeProject(file());
    const { dataKey } = project;
    project.close();
    const random = new CounterRandom(SEED, 'kill');
    const made = new Set<string>();
    const verified = new Set<string>();
    for (let round = 0; round < KILLS; round++) {
      const told = await killedWriter(
        { path: file(), dataKey, round },
        random.integer(2 * round, 6),
        random.integer(2 * round + 1, 40),
      );
      for (const id of told) made.add(id);
      const opened = await Project.open(file(), { dataKey });
      opened.integrityCheck();
      const kept = new Set<string>(opened.artifacts.list().map(({ id }) => id));
      for (const id of kept) {
        if (!verified.has(id)) opened.artifacts.verify(id);
        verified.add(id);
      }
      for (const id of made) expect(kept.has(id), `round ${round}`).toBe(true);
      for (const { blobs } of opened.artifacts.list()) expect(blobs.map(({ name }) => name)).toEqual(['a', 'b']);
      const checkpoint = opened.jobs.loadState('job-killed' as never, 'checkpoint');
      if (checkpoint) expect(new Set(checkpoint).size).toBe(1);
      expect(opened.audit.verify().intact).toBe(true);
      opened.close();
      expect(leftovers(dataKey)).toEqual({ drafts: 0, orphans: 0 });
    }
    expect(made.size).toBeGreaterThan(0);
    track(await Project.open(file(), { dataKey }));
  },
);

/** Kills the writer `lateMs` after its message number `nMessages`; gives the artifacts it said it had made. */
function killedWriter(
  task: { path: string; dataKey: Uint8Array; round: number },
  nMessages: number,
  lateMs: number,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = fork(WRITER, [], { serialization: 'advanced' });
    const made: string[] = [];
    let nLeft = nMessages;
    child.on('message', (text: string) => {
      if (text.startsWith('made ')) made.push(text.slice(5));
      if (nLeft-- === 0) setTimeout(() => child.kill('SIGKILL'), lateMs);
    });
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(made) : reject(new Error(`ended by ${signal}`)),
    );
    child.send(task);
  });
}

function leftovers(dataKey: Buffer): { drafts: number; orphans: number } {
  const sql = openDatabase(file(), dataKey, readKeyHeader(file()), false);
  try {
    const count = (where: string) => sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${where}`)!.n;
    return {
      drafts: count('draft'),
      orphans:
        count("blob WHERE owner LIKE 'draft:%' OR sha256 IS NULL") +
        count('chunk WHERE blob NOT IN (SELECT id FROM blob)'),
    };
  } finally {
    sql.close();
  }
}
