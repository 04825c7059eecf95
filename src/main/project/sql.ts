import path from 'node:path';
import type Database from 'better-sqlite3-multiple-ciphers';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

/** The few things the project room does with SQLite; every failure leaves it as a `WorkbenchError`. */
export class Sql {
  readonly #database: Database.Database;
  readonly #subject: string;
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#subject = path.basename(file);
  }

  get<T>(text: string, ...values: SqlValue[]): T | undefined {
    return this.#guard(() => this.#prepare(text).get(...values) as T | undefined);
  }

  all<T>(text: string, ...values: SqlValue[]): T[] {
    return this.#guard(() => this.#prepare(text).all(...values) as T[]);
  }

  run(text: string, ...values: SqlValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.#guard(() => this.#prepare(text).run(...values));
    return { changes, lastInsertRowid: Number(lastInsertRowid) };
  }

  exec(text: string): void {
    this.#guard(() => this.#database.exec(text));
  }

  pragma(text: string): unknown {
    return this.#guard(() => this.#database.pragma(text, { simple: true }));
  }

  /**
   * All or nothing; may be nested.
   *
   * Note: takes the write lock at once. A transaction that begins by reading and writes later is refused by SQLite when
   * another process wrote in between, however long it would wait.
   */
  transaction<T>(work: () => T): T {
    return this.#guard(() => this.#database.transaction(work).immediate());
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(text: string): Database.Statement<unknown[]> {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#database.prepare<unknown[]>(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    if (!this.#database.open) {
      throw new WorkbenchError('unavailable', `${this.#subject}: the project was closed; open it again.`);
    }
    try {
      return work();
    } catch (thrown) {
      throw fromSqlite(thrown, this.#subject);
    }
  }
}

/** Says in the words of the workbench what SQLite reported. */
export function fromSqlite(thrown: unknown, subject: string): WorkbenchError {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (thrown instanceof WorkbenchError || typeof code !== 'string' || !code.startsWith('SQLITE_')) {
    return toWorkbenchError(thrown, subject);
  }
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE' || code === 'SQLITE_IOERR_SHMSIZE') {
    return new WorkbenchError(
      'resource',
      `${subject}: the disk is full; nothing already saved is lost. Free some space and run it again.`,
      { cause: thrown },
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new WorkbenchError(
      'unavailable',
      `${subject}: another process is writing to the project and did not finish in time; try again.`,
      { cause: thrown },
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_IOERR_DATA') {
    return new WorkbenchError(
      'data-format',
      `${subject}: a part of the file is damaged and was not used; restore the project from a backup copy.`,
      { cause: thrown },
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new WorkbenchError(
      'resource',
      `${subject}: the file or its folder cannot be written; choose a folder you may write to.`,
      { cause: thrown },
    );
  }
  return toWorkbenchError(thrown, subject);
}
