import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Sql } from './sql.ts';

interface OpenerRow {
  id: string;
  pid: number;
  host: string;
  boot: string;
}

/** Openers of this very process: its pid says nothing about those. */
const living = new Set<string>();

/** One row per process that has the project open, so that what a crashed one left behind is told from work under way. */
export class Opener {
  readonly id = randomUUID();
  readonly #sql: Sql;
  readonly #subject: string;

  /** Enters this process and removes what dead ones left: their rows, their leases, their unfinished drafts. */
  constructor(sql: Sql, file: string) {
    this.#sql = sql;
    this.#subject = path.basename(file);
    living.add(this.id);
    sql.transaction(() => {
      const openers = sql.all<OpenerRow>('SELECT id, pid, host, boot FROM opener');
      for (const opener of openers) if (!isAlive(opener)) sql.run('DELETE FROM opener WHERE id = ?', opener.id);
      sql.run(
        'INSERT INTO opener (id, pid, host, boot, opened_at) VALUES (?, ?, ?, ?, ?)',
        this.id,
        process.pid,
        os.hostname(),
        bootOf(process.pid),
        new Date().toISOString(),
      );
      this.#sweepDrafts();
    });
  }

  /** Takes something only one process may do. Throws: `conflict` naming the process that does it. */
  acquire(name: string): void {
    this.#sql.transaction(() => {
      const holder = this.holderOf(name);
      if (holder && holder.id !== this.id) {
        throw new WorkbenchError(
          'conflict',
          `${this.#subject}: process ${holder.pid} has this project open and runs its ${name}; close it there first.`,
          { details: { pid: holder.pid } },
        );
      }
      this.#sql.run('INSERT OR REPLACE INTO lease (name, opener) VALUES (?, ?)', name, this.id);
    });
  }

  /** Who holds a lease, if that process lives. */
  holderOf(name: string): { id: string; pid: number } | null {
    const holder = this.#sql.get<OpenerRow>(
      'SELECT opener.id, pid, host, boot FROM lease JOIN opener ON opener.id = lease.opener WHERE name = ?',
      name,
    );
    return holder && isAlive(holder) ? { id: holder.id, pid: holder.pid } : null;
  }

  /** Other living processes that have the project open. */
  others(): number[] {
    return this.#sql
      .all<OpenerRow>('SELECT id, pid, host, boot FROM opener')
      .filter((opener) => opener.id !== this.id && isAlive(opener))
      .map(({ pid }) => pid);
  }

  /** Throws: `resource` on a full disk; it counts as left all the same. */
  leave(): void {
    living.delete(this.id);
    this.#sql.transaction(() => {
      this.#sql.run('DELETE FROM opener WHERE id = ?', this.id);
      this.#sweepDrafts();
    });
  }

  #sweepDrafts(): void {
    const orphans = this.#sql.all<{ id: string }>('SELECT id FROM draft WHERE opener NOT IN (SELECT id FROM opener)');
    for (const { id } of orphans) {
      this.#sql.run('DELETE FROM blob WHERE owner = ?', `draft:${id}`);
      this.#sql.run('DELETE FROM draft WHERE id = ?', id);
    }
  }
}

/** A file copied from another machine, or a process of an earlier boot, has no living opener. */
function isAlive({ id, pid, host, boot }: OpenerRow): boolean {
  if (host !== os.hostname()) return false;
  if (pid === process.pid) return living.has(id);
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'EPERM') return false;
  }
  return bootOf(pid) === boot;
}

/**
 * Boot of the machine and start of the process, where the system tells: a pid is used again by another program.
 *
 * Note: only Linux tells both without asking another program; elsewhere a reused pid looks alive until it ends.
 */
function bootOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot} ${startTicks}`;
  } catch {
    return 'unknown';
  }
}
