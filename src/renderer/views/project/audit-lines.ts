import type { AuditEntry } from '#shared/contract/project.ts';

export interface AuditLine {
  seq: number;
  at: string;
  who: string;
  what: string;
  /** Name of what it was done to, or the beginning of its id; empty where it was the project itself. */
  about: string;
  why: string;
}

const SHORT_ID = 12;

/** Entries as lines, newest first. `titles`: names of what the project holds now, by id. */
export function auditLines(entries: readonly AuditEntry[], titles: ReadonlyMap<string, string>): AuditLine[] {
  return entries
    .map(({ seq, at, who, what, why, details }) => {
      const id = typeof details.id === 'string' ? details.id : '';
      const named = typeof details.title === 'string' ? details.title : titles.get(id);
      return { seq, at, who, what: capitalised(what), about: named ?? id.slice(0, SHORT_ID), why: why ?? '' };
    })
    .reverse();
}

/** Lines that hold a text anywhere, in any case. */
export function findLines(lines: readonly AuditLine[], text: string): AuditLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(({ who, what, about, why }) =>
    `${who}\n${what}\n${about}\n${why}`.toLowerCase().includes(wanted),
  );
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
