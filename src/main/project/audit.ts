import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { stableJson } from '#shared/util/stable-json.ts';
import type { Sql } from './sql.ts';

export interface AuditEntry {
  seq: number;
  at: string;
  who: string;
  what: string;
  why: string | null;
  details: Record<string, unknown>;
}

export interface AuditVerdict {
  intact: boolean;
  /** Number of the first entry that was changed, moved or taken away. */
  brokenAt: number | null;
  /** Entries written while the clock showed an earlier time than for the entry before. */
  clockSetBackAt: number[];
}

type AuditRow = Omit<AuditEntry, 'details'> & { details: string; hash: string };

const GENESIS = '0'.repeat(64);

/** Who did what, when and why. Each entry holds the hash of the one before, the head the number and hash of the last. */
export class AuditLog {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Units: `details` are small and hold no value of a restricted column. */
  append(entry: { what: string; why?: string; details?: Record<string, unknown>; who?: string }): AuditEntry {
    return this.#sql.transaction(() => {
      const head = this.#head();
      const written: AuditEntry = {
        seq: head.seq + 1,
        at: new Date().toISOString(),
        who: entry.who ?? userName(),
        what: entry.what,
        why: entry.why ?? null,
        details: JSON.parse(stableJson(entry.details ?? {})) as Record<string, unknown>,
      };
      const hash = link(head.hash, written);
      this.#sql.run(
        'INSERT INTO audit (seq, at, who, what, why, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
        written.seq,
        written.at,
        written.who,
        written.what,
        written.why,
        stableJson(written.details),
        hash,
      );
      this.#sql.run('INSERT OR REPLACE INTO audit_head (one, seq, hash) VALUES (1, ?, ?)', written.seq, hash);
      return written;
    });
  }

  /** Oldest first. */
  entries(): AuditEntry[] {
    return this.#rows().map(({ hash: _hash, details, ...rest }) => ({ ...rest, details: parseDetails(details) }));
  }

  /** Recomputes the whole chain: an entry edited, deleted, inserted or moved shows, the last one too. */
  verify(): AuditVerdict {
    const rows = this.#rows();
    const head = this.#head();
    const clockSetBackAt = rows.filter(({ at }, i) => i > 0 && at < rows[i - 1].at).map(({ seq }) => seq);
    let previous = GENESIS;
    for (const [i, { hash, details, ...rest }] of rows.entries()) {
      if (rest.seq !== i + 1 || hash !== link(previous, { ...rest, details: parseDetails(details) })) {
        return { intact: false, brokenAt: i + 1, clockSetBackAt };
      }
      previous = hash;
    }
    const endFits = head.seq === rows.length && head.hash === previous;
    return { intact: endFits, brokenAt: endFits ? null : Math.min(rows.length, head.seq) + 1, clockSetBackAt };
  }

  /** The whole log as text; the last line is the hash that a printed copy can be compared with. */
  exportText(): string {
    const { intact, brokenAt } = this.verify();
    const lines = this.#rows().map(
      ({ seq, at, who, what, why, details }) =>
        `${seq}\t${at}\t${oneLine(who)}\t${oneLine(what)}\t${oneLine(why ?? '')}\t${details}`,
    );
    const verdict = intact ? 'intact' : `BROKEN at entry ${brokenAt}`;
    return [
      'entry\ttime (UTC)\twho\twhat\twhy\tdetails',
      ...lines,
      `# chain ${verdict}; last hash ${this.#head().hash}`,
      '',
    ].join('\n');
  }

  #head(): { seq: number; hash: string } {
    return (
      this.#sql.get<{ seq: number; hash: string }>('SELECT seq, hash FROM audit_head') ?? { seq: 0, hash: GENESIS }
    );
  }

  #rows(): AuditRow[] {
    return this.#sql.all<AuditRow>('SELECT seq, at, who, what, why, details, hash FROM audit ORDER BY seq');
  }
}

function link(previous: string, { seq, at, who, what, why, details }: AuditEntry): string {
  return createHash('sha256').update(previous).update(stableJson({ seq, at, who, what, why, details })).digest('hex');
}

/** Text that is no JSON any more was changed; it must break the chain, not the check. */
function parseDetails(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
