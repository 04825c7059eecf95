import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Sql } from '../sql.ts';
import { first } from './0001-first.ts';
import type { Migration } from './migration.ts';

const MIGRATIONS: readonly Migration[] = [first];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings an older project up to date, every step whole or not at all. Throws: `unsupported` for a newer project. */
export function migrate(sql: Sql, file: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const newest = migrations.length;
  const versionOf = () => sql.pragma('user_version') as number;
  if (versionOf() > newest) {
    throw new WorkbenchError(
      'unsupported',
      `${path.basename(file)}: it was written by a newer workbench (project version ${versionOf()}, this one reads up to ${newest}); update the workbench to open it.`,
    );
  }
  for (const { version, statements } of migrations) {
    if (versionOf() >= version) continue;
    sql.transaction(() => {
      // Another process may have done this step while we waited for the lock.
      if (versionOf() >= version) return;
      sql.exec(statements);
      sql.pragma(`user_version=${version}`);
    });
  }
}
