import type { Migration } from './migration.ts';

/** Settings, artifacts with their blobs in chunks, drafts, jobs with their events, the audit chain. */
export const first: Migration = {
  version: 1,
  statements: `
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE opener (
      id TEXT PRIMARY KEY,
      pid INTEGER NOT NULL,
      host TEXT NOT NULL,
      boot TEXT NOT NULL,
      opened_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE lease (
      name TEXT PRIMARY KEY,
      opener TEXT NOT NULL REFERENCES opener (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE draft (
      id TEXT PRIMARY KEY,
      opener TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE artifact (
      ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      recipe TEXT NOT NULL,
      manifest TEXT NOT NULL
    ) STRICT;
    CREATE INDEX artifact_by_recipe ON artifact (recipe);
    CREATE INDEX artifact_by_kind ON artifact (kind);

    CREATE TABLE artifact_input (
      artifact TEXT NOT NULL REFERENCES artifact (id) ON DELETE CASCADE,
      input TEXT NOT NULL REFERENCES artifact (id),
      PRIMARY KEY (artifact, input)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX artifact_input_by_input ON artifact_input (input);

    CREATE TABLE blob (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      sha256 TEXT,
      UNIQUE (owner, name)
    ) STRICT;

    CREATE TABLE chunk (
      id INTEGER PRIMARY KEY,
      blob INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      codec INTEGER NOT NULL CHECK (codec IN (0, 1)),
      content BLOB NOT NULL,
      UNIQUE (blob, ordinal)
    ) STRICT;

    CREATE TABLE job (
      id TEXT PRIMARY KEY,
      position INTEGER NOT NULL,
      record TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE job_event (
      job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      event TEXT NOT NULL,
      PRIMARY KEY (job, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      who TEXT NOT NULL,
      what TEXT NOT NULL,
      why TEXT,
      details TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE audit_head (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
  `,
};
