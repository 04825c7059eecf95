import type { z } from 'zod';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Sql } from './sql.ts';

/** A setting: its name in the file and what it may hold. */
export interface Setting<T> {
  name: string;
  schema: z.ZodType<T>;
  fallback: T;
}

/** Small values of the project that are no artifacts. */
export class Settings {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The fallback where nothing was written. Throws: `data-format` where the value is not of its schema. */
  read<T>({ name, schema, fallback }: Setting<T>): T {
    const row = this.#sql.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', name);
    if (!row) return fallback;
    const parsed = schema.safeParse(JSON.parse(row.value));
    if (parsed.success) return parsed.data;
    throw new WorkbenchError(
      'data-format',
      `Setting ${name}: the stored value is not what it should be; set it again.`,
    );
  }

  /** Throws: `invalid-input`. */
  write<T>({ name, schema }: Setting<T>, value: T): void {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      throw new WorkbenchError(
        'invalid-input',
        `Setting ${name}: ${parsed.error.issues[0].message}; give another value.`,
      );
    }
    this.#sql.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', name, JSON.stringify(parsed.data));
  }
}
