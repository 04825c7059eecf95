import { beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '#project/audit.ts';
import { openDatabase, readKeyHeader } from '#project/database.ts';
import { Project } from '#project/project.ts';
import type { Sql } from '#project/sql.ts';
import { makeProject, thrownBy, useFolder } from './support.ts';

const { file } = useFolder();
let dataKey: Buffer;

beforeEach(async () => {
  const { project } = await makeProject(file());
  dataKey = project.dataKey;
  for (const [what, why] of [
    ['opened'],
    ['dataset made', 'first look'],
    ['dataset deleted', 'wrong donor'],
    ['exported'],
  ]) {
    project.audit.append({ what, ...(why ? { why } : {}), details: { n: 1, b: [2] }, who: 'ada' });
  }
  project.close();
});

/** What somebody can do who knows the passphrase and how SQLite works. */
async function tamper(work: (sql: Sql) => void): Promise<ReturnType<AuditLog['verify']>> {
  const sql = openDatabase(file(), dataKey, readKeyHeader(file()), false);
  sql.exec('DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete');
  work(sql);
  sql.close();
  const project = await Project.open(file(), { dataKey });
  const verdict = project.audit.verify();
  project.close();
  return verdict;
}

describe('the audit log', () => {
  it('says who did what, when and why, and is intact', async () => {
    const project = await Project.open(file(), { dataKey });
    expect(project.audit.entries()[2]).toMatchObject({
      seq: 3,
      who: 'ada',
      what: 'dataset deleted',
      why: 'wrong donor',
      details: { n: 1, b: [2] },
    });
    expect(project.audit.verify()).toEqual({ intact: true, brokenAt: null, clockSetBackAt: [] });
    const lines = project.audit.exportText().trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[3]).toMatch(/^3\t\d{4}-\d\d-\d\dT[\d:.]+Z\tada\tdataset deleted\twrong donor\t\{/);
    expect(lines[5]).toMatch(/^# chain intact; last hash [0-9a-f]{64}$/);
    project.close();
  });

  it('only grows', async () => {
    const sql = openDatabase(file(), dataKey, readKeyHeader(file()), false);
    expect(await thrownBy(() => sql.run("UPDATE audit SET who = 'eve' WHERE seq = 1"))).toMatchObject({
      message: expect.stringContaining('only grows'),
    });
    expect(await thrownBy(() => sql.run('DELETE FROM audit'))).toMatchObject({
      message: expect.stringContaining('only grows'),
    });
    sql.close();
  });

  it.each([
    ['an edited person', "UPDATE audit SET who = 'eve' WHERE seq = 2", 2],
    ['an edited reason', "UPDATE audit SET why = 'x' WHERE seq = 2", 2],
    ['a reason added', "UPDATE audit SET why = '' WHERE seq = 1", 1],
    ['an edited time', "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 3", 3],
    ['edited details', `UPDATE audit SET details = '{"n":2}' WHERE seq = 4`, 4],
    ['details that are no JSON', "UPDATE audit SET details = 'x' WHERE seq = 4", 4],
    ['an entry taken from the middle', 'DELETE FROM audit WHERE seq = 2', 2],
    [
      'an entry taken from the middle, the rest moved up',
      'DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2',
      2,
    ],
    ['the first entry taken', 'DELETE FROM audit WHERE seq = 1', 1],
    ['the last entry taken', 'DELETE FROM audit WHERE seq = 4', 4],
    ['everything taken', 'DELETE FROM audit', 1],
    [
      'two entries swapped',
      'UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 9',
      2,
    ],
    [
      'an entry put at the end',
      "INSERT INTO audit VALUES (5, '2030-01-01T00:00:00.000Z', 'eve', 'x', NULL, '{}', 'ff')",
      5,
    ],
    ['the head taken', 'DELETE FROM audit_head', 1],
  ])('shows %s', async (_what, statements, brokenAt) => {
    expect(await tamper((sql) => sql.exec(statements))).toMatchObject({ intact: false, brokenAt });
  });

  it('shows where the clock was set back', async () => {
    const verdict = await tamper((sql) => {
      sql.exec('DELETE FROM audit; DELETE FROM audit_head');
      const log = new AuditLog(sql);
      log.append({ what: 'a' });
      // The chain is made anew with an entry of the future in between, as a wrong clock would.
      const realNow = Date.prototype.toISOString;
      Date.prototype.toISOString = () => '2199-01-01T00:00:00.000Z';
      try {
        log.append({ what: 'b' });
      } finally {
        Date.prototype.toISOString = realNow;
      }
      log.append({ what: 'c' });
    });
    expect(verdict).toEqual({ intact: true, brokenAt: null, clockSetBackAt: [3] });
  });
});
