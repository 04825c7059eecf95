import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { HEADER_BYTES, type KeyHeader, readHeader } from './key.ts';
import { fromSqlite, Sql } from './sql.ts';

/** `GCWP`: tells our projects from other databases once the key is right. */
const APPLICATION_ID = 0x47435750;
const BUSY_TIMEOUT_MS = 15_000;
/** Larger than SQLite's 4 KiB: one nonce and one tag per page, and blobs are read 1.4 times as fast. */
const PAGE_BYTES = 16_384;

/** Reads the clear header of a project file. Throws: `not-found`, `data-format`, `unsupported`, `resource`. */
export function readKeyHeader(file: string): KeyHeader {
  const name = path.basename(file);
  const bytes = Buffer.alloc(HEADER_BYTES);
  let nRead: number;
  try {
    if (!statSync(file).isFile()) throw notAProject(name);
    const handle = openSync(file, 'r');
    try {
      nRead = readSync(handle, bytes, 0, HEADER_BYTES, 0);
    } finally {
      closeSync(handle);
    }
  } catch (thrown) {
    throw toWorkbenchError(thrown, name);
  }
  const verdict = readHeader(bytes.subarray(0, nRead));
  if (verdict.kind === 'foreign') throw notAProject(name);
  if (verdict.kind === 'newer') {
    throw new WorkbenchError(
      'unsupported',
      `${name}: it was made by a newer workbench (its key is kept in a newer way); update the workbench to open it.`,
    );
  }
  return verdict.header;
}

/** Thrown where the key does not decrypt the first page; the caller knows which secret was given. */
export class KeyRefused extends Error {}

/** Opens (or begins) the encrypted database. Throws: `KeyRefused`, `data-format`, `resource`. */
export function openDatabase(file: string, dataKey: Uint8Array, header: KeyHeader, isNew: boolean): Sql {
  const name = path.basename(file);
  let database: Database.Database;
  try {
    database = new Database(file, { fileMustExist: !isNew, timeout: BUSY_TIMEOUT_MS });
  } catch (thrown) {
    throw fromSqlite(thrown, name);
  }
  try {
    unlock(database, dataKey, header);
    if (isNew) {
      database.pragma(`page_size=${PAGE_BYTES}`);
      database.pragma('auto_vacuum=INCREMENTAL');
      database.pragma(`application_id=${APPLICATION_ID}`);
    }
    readFirstPage(database);
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notAProject(name);
    database.pragma('journal_mode=WAL');
    database.pragma('synchronous=FULL');
    database.pragma('foreign_keys=ON');
    // SQLite's temporary files are not encrypted, so there are none.
    database.pragma('temp_store=MEMORY');
    database.pragma('journal_size_limit=67108864');
    database.pragma('trusted_schema=OFF');
    return new Sql(database, file);
  } catch (thrown) {
    database.close();
    if (thrown instanceof KeyRefused) throw thrown;
    throw fromSqlite(thrown, name);
  }
}

/** Opens the encrypted database for reading beside others that have it open. Throws: as `openDatabase`. */
export function openForReading(file: string, dataKey: Uint8Array, header: KeyHeader): Sql {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { fileMustExist: true, readonly: true, timeout: BUSY_TIMEOUT_MS });
    unlock(database, dataKey, header);
    readFirstPage(database);
    database.pragma('temp_store=MEMORY');
    return new Sql(database, file);
  } catch (thrown) {
    database?.close();
    if (thrown instanceof KeyRefused) throw thrown;
    throw fromSqlite(thrown, path.basename(file));
  }
}

/**
 * Encrypts the whole file anew. The caller is the only one who has it open. Throws: `conflict`, `resource`.
 *
 * Note: works on a copy that then takes the place of the file. Cut off half-way in place, pages under both keys would be
 * left and the header of one of them.
 */
export function reencrypt(
  file: string,
  oldKey: Uint8Array,
  oldHeader: KeyHeader,
  newKey: Uint8Array,
  newHeader: KeyHeader,
): void {
  const name = path.basename(file);
  const copy = `${file}.changing`;
  if (existsSync(`${file}-wal`)) {
    throw new WorkbenchError('conflict', `${name}: another program has this project open; close it there first.`);
  }
  try {
    copyFileSync(file, copy);
    const database = new Database(copy, { fileMustExist: true, timeout: 0 });
    try {
      unlock(database, oldKey, oldHeader);
      readFirstPage(database);
      // The cipher changes keys under a rollback journal only.
      database.pragma('journal_mode=DELETE');
      database.pragma('synchronous=FULL');
      database.rekey(rawKey(newKey, newHeader));
    } finally {
      database.close();
    }
    renameSync(copy, file);
  } catch (thrown) {
    for (const left of [copy, `${copy}-journal`]) rmSync(left, { force: true, recursive: true });
    throw fromSqlite(thrown, name);
  }
}

function unlock(database: Database.Database, dataKey: Uint8Array, header: KeyHeader): void {
  database.pragma(`cipher='chacha20'`);
  database.key(rawKey(dataKey, header));
}

/** SQLite3MultipleCiphers takes key and salt as they are after `raw:`. */
function rawKey(dataKey: Uint8Array, header: KeyHeader): Buffer {
  return Buffer.concat([Buffer.from('raw:'), dataKey, header.bytes]);
}

function readFirstPage(database: Database.Database): void {
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'SQLITE_NOTADB') throw new KeyRefused('first page', { cause: thrown });
    throw thrown;
  }
}

function notAProject(name: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${name}: it is not a GeneCompass Workbench project; choose a file that ends in .gcwproj and was made by the workbench.`,
  );
}
