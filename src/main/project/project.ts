import { existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ProjectInfo } from '#shared/contract/project.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ArtifactStore } from './artifacts.ts';
import { AuditLog } from './audit.ts';
import { BlobStore } from './blobs.ts';
import { KeyRefused, openDatabase, readKeyHeader, reencrypt } from './database.ts';
import { JobTables } from './job-tables.ts';
import { DATA_KEY_BYTES, fits, type KdfCost, type KeyHeader, keyFromPassphrase, newKey } from './key.ts';
import { migrate, SCHEMA_VERSION } from './migrations/index.ts';
import { Opener } from './openers.ts';
import { parseRecoveryKey, printRecoveryKey } from './recovery-key.ts';
import { type Setting, Settings } from './settings.ts';
import type { Sql } from './sql.ts';

export type ProjectSecret = { passphrase: string } | { recoveryKey: string } | { dataKey: Uint8Array };

export interface CreateOptions {
  passphrase: string;
  name: string;
  /** The passphrase is printed in the documentation. */
  isDemo?: boolean;
  kdf?: KdfCost;
}

/** What a project says of itself. */
const Identity = z.object({ name: z.string(), createdAt: z.string(), isDemo: z.boolean() });
const IDENTITY: Setting<z.infer<typeof Identity>> = {
  name: 'identity',
  schema: Identity,
  fallback: { name: '', createdAt: '', isDemo: false },
};

/** One encrypted file with everything that was done with somebody's cells. Several processes may have it open. */
export class Project {
  readonly path: string;
  /** Goes to the engine child through its pipe; never into a log, an argument or the environment. */
  readonly dataKey: Buffer;
  readonly artifacts: ArtifactStore;
  readonly blobs: BlobStore;
  readonly jobs: JobTables;
  readonly audit: AuditLog;
  readonly settings: Settings;
  readonly #sql: Sql;
  readonly #opener: Opener;
  #isClosed = false;

  private constructor(file: string, dataKey: Buffer, sql: Sql) {
    this.path = file;
    this.dataKey = dataKey;
    this.#sql = sql;
    this.#opener = new Opener(sql, file);
    this.audit = new AuditLog(sql);
    this.settings = new Settings(sql);
    this.blobs = new BlobStore(sql);
    this.artifacts = new ArtifactStore(sql, this.blobs, this.audit, this.#opener.id);
    this.jobs = new JobTables(sql, this.blobs, this.#opener.id);
  }

  /** Throws: `conflict` (a file is there), `not-found` (its folder), `resource`, `invalid-input` (empty passphrase). */
  static async create(file: string, options: CreateOptions): Promise<{ project: Project; recoveryKey: string }> {
    const absolute = path.resolve(file);
    if (existsSync(absolute)) {
      throw new WorkbenchError(
        'conflict',
        `${path.basename(file)}: a file of this name is there already and was not touched; open it or choose another name.`,
      );
    }
    if (!existsSync(path.dirname(absolute))) {
      throw new WorkbenchError('not-found', `${file}: its folder does not exist; make the folder or choose another.`);
    }
    const { header, dataKey } = await newKey(options.passphrase, options.kdf);
    let sql: Sql | undefined;
    try {
      sql = openDatabase(absolute, dataKey, header, true);
      migrate(sql, absolute);
      const project = new Project(absolute, dataKey, sql);
      project.settings.write(IDENTITY, {
        name: options.name,
        createdAt: new Date().toISOString(),
        isDemo: options.isDemo ?? false,
      });
      return { project, recoveryKey: printRecoveryKey(dataKey) };
    } catch (thrown) {
      sql?.close();
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(absolute + suffix, { force: true });
      throw thrown;
    }
  }

  /** Throws: `not-found`, `invalid-input` (wrong secret), `data-format` (no project, or damaged), `unsupported` (newer). */
  static async open(file: string, secret: ProjectSecret): Promise<Project> {
    const absolute = path.resolve(file);
    const header = readKeyHeader(absolute);
    const dataKey = await keyOf(secret, header, absolute);
    const sql = openWith(absolute, dataKey, header, secret);
    try {
      migrate(sql, absolute);
      return new Project(absolute, dataKey, sql);
    } catch (thrown) {
      sql.close();
      throw thrown;
    }
  }

  /**
   * Encrypts the project anew; nobody may have it open. The old passphrase and recovery key open nothing afterwards.
   *
   * Throws: as `open`; `conflict` while it is open somewhere.
   */
  static async changePassphrase(
    file: string,
    secret: ProjectSecret,
    passphrase: string,
    kdf?: KdfCost,
  ): Promise<{ recoveryKey: string }> {
    const project = await Project.open(file, secret);
    const others = project.#opener.others();
    const { dataKey: oldKey } = project;
    project.close();
    if (others.length > 0) {
      throw new WorkbenchError(
        'conflict',
        `${path.basename(file)}: process ${others[0]} has this project open; close it there first.`,
      );
    }
    const absolute = path.resolve(file);
    const oldHeader = readKeyHeader(absolute);
    const { header, dataKey } = await newKey(passphrase, kdf ?? oldHeader.cost);
    reencrypt(absolute, oldKey, oldHeader, dataKey, header);
    const reopened = await Project.open(absolute, { dataKey });
    reopened.audit.append({ what: 'passphrase changed' });
    reopened.close();
    return { recoveryKey: printRecoveryKey(dataKey) };
  }

  info(): ProjectInfo {
    return {
      path: this.path,
      ...this.settings.read(IDENTITY),
      sizeBytes: statSync(this.path).size,
      schemaVersion: SCHEMA_VERSION,
    };
  }

  /** Makes this process the only one that does `name`. Throws: `conflict` naming the process that does it. */
  acquire(name: string): void {
    this.#opener.acquire(name);
  }

  /**
   * Reads every page, and with `content` every blob against its hash. Throws: `data-format`.
   *
   * Note: reads the whole file, 0.3 s for 100 MB.
   */
  integrityCheck(options: { content?: boolean } = {}): void {
    const verdict = this.#sql.pragma('integrity_check');
    if (verdict !== 'ok') {
      throw new WorkbenchError(
        'data-format',
        `${path.basename(this.path)}: the file is damaged (${String(verdict).slice(0, 100)}); restore it from a backup copy.`,
      );
    }
    if (options.content) for (const { id } of this.artifacts.list()) this.artifacts.verify(id);
  }

  /** Gives the space of deleted artifacts back to the disk. */
  reclaimSpace(): void {
    this.#sql.exec('PRAGMA incremental_vacuum');
    this.#sql.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Everything saved is in the one file afterwards, unless another process still has it open. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#opener.leave();
    } catch (thrown) {
      // On a full disk or a damaged page the entry of this process stays; the next one to open the project sees that it is
      // dead.
      if (!['resource', 'data-format'].includes(toWorkbenchError(thrown).code)) throw thrown;
    } finally {
      this.#sql.close();
    }
  }
}

async function keyOf(secret: ProjectSecret, header: KeyHeader, file: string): Promise<Buffer> {
  if ('dataKey' in secret) {
    if (secret.dataKey.length === DATA_KEY_BYTES) return Buffer.from(secret.dataKey);
    throw new WorkbenchError(
      'invalid-input',
      `Data key: it has ${secret.dataKey.length} bytes instead of ${DATA_KEY_BYTES}.`,
    );
  }
  if ('recoveryKey' in secret) return parseRecoveryKey(secret.recoveryKey);
  const key = await keyFromPassphrase(secret.passphrase, header);
  if (key) return key;
  throw wrongSecret(file, secret);
}

function openWith(file: string, dataKey: Buffer, header: KeyHeader, secret: ProjectSecret): Sql {
  try {
    return openDatabase(file, dataKey, header, false);
  } catch (thrown) {
    if (!(thrown instanceof KeyRefused)) throw thrown;
    if (!fits(dataKey, header)) throw wrongSecret(file, secret);
    throw new WorkbenchError(
      'data-format',
      `${path.basename(file)}: the key is right but the beginning of the file is damaged; restore the project from a backup copy.`,
      { cause: thrown },
    );
  }
}

function wrongSecret(file: string, secret: ProjectSecret): WorkbenchError {
  const name = path.basename(file);
  const message =
    'recoveryKey' in secret
      ? `${name}: this recovery key belongs to another project or to an earlier passphrase; nothing was changed. Look for the key printed for this project.`
      : `${name}: the passphrase does not open this project; nothing was changed. Check capitals and keyboard layout, or use the recovery key.`;
  return new WorkbenchError('invalid-input', message);
}
