import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#project/database.ts';
import { newKey } from '#project/key.ts';
import { first } from '#project/migrations/0001-first.ts';
import { migrate, SCHEMA_VERSION } from '#project/migrations/index.ts';
import type { Sql } from '#project/sql.ts';
import { Project } from '#project/project.ts';
import { makeProject, TEST_KDF, thrownBy, useFolder } from '../support.ts';

const { file } = useFolder();
let sql: Sql;
let dataKey: Buffer;

beforeEach(async () => {
  const key = await newKey('x', TEST_KDF);
  dataKey = key.dataKey;
  sql = openDatabase(file(), dataKey, key.header, true);
  return () => sql.close();
});

describe('migration 1', () => {
  it('makes the tables of an empty project', () => {
    migrate(sql, file(), [first]);
    const tables = sql.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    expect(tables.map(({ name }) => name)).toEqual([
      'artifact',
      'artifact_input',
      'audit',
      'audit_head',
      'blob',
      'chunk',
      'draft',
      'job',
      'job_event',
      'lease',
      'opener',
      'setting',
    ]);
    expect(sql.pragma('user_version')).toBe(1);
    migrate(sql, file(), [first]);
    expect(sql.pragma('user_version')).toBe(1);
  });
});

describe('migrating', () => {
  it('goes on from the version a project has', () => {
    migrate(sql, file(), [first]);
    const second = { version: 2, statements: 'ALTER TABLE setting ADD COLUMN note TEXT' };
    migrate(sql, file(), [first, second]);
    sql.run("INSERT INTO setting (name, value, note) VALUES ('a', '1', 'b')");
    expect(sql.pragma('user_version')).toBe(2);
  });

  it('does a step whole or not at all', async () => {
    migrate(sql, file(), [first]);
    const broken = { version: 2, statements: 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)' };
    await thrownBy(() => migrate(sql, file(), [first, broken]));
    expect(sql.pragma('user_version')).toBe(1);
    expect(sql.all("SELECT 1 FROM sqlite_schema WHERE name = 'half'")).toEqual([]);
  });

  it('refuses a project of a newer workbench and leaves it as it is', async () => {
    const { project } = await makeProject(file('newer.gcwproj'));
    const { dataKey } = project;
    project.close();
    const { readKeyHeader } = await import('#project/database.ts');
    const newer = openDatabase(file('newer.gcwproj'), dataKey, readKeyHeader(file('newer.gcwproj')), false);
    newer.pragma(`user_version=${SCHEMA_VERSION + 1}`);
    newer.close();
    expect(await thrownBy(() => Project.open(file('newer.gcwproj'), { dataKey }))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('update the workbench'),
    });
  });
});
