import { type ArtifactKind, ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ArtifactDraft, type ArtifactPlan } from './artifact-draft.ts';
import { type Recipe, recipeHash } from './artifact-id.ts';
import type { AuditLog } from './audit.ts';
import type { BlobStore } from './blobs.ts';
import type { Sql } from './sql.ts';
import type { TypedName, TypedOf } from './typed-bytes.ts';

export type { ArtifactDraft, ArtifactPlan } from './artifact-draft.ts';
export type { Recipe } from './artifact-id.ts';
export type { BlobPosition, BlobWriter } from './blob-writer.ts';
export type { TypedName, TypedOf } from './typed-bytes.ts';

interface ManifestRow {
  manifest: string;
}

/** Everything a project keeps. An artifact never changes; its id says what it is and how it was made. */
export class ArtifactStore {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  readonly #audit: AuditLog;
  readonly #openerId: string;
  readonly #drafts = new Set<ArtifactDraft>();

  constructor(sql: Sql, blobs: BlobStore, audit: AuditLog, openerId: string) {
    this.#sql = sql;
    this.#blobs = blobs;
    this.#audit = audit;
    this.#openerId = openerId;
  }

  /** Begins an artifact. Throws: `resource`. */
  draft(plan: ArtifactPlan): ArtifactDraft {
    const draft = new ArtifactDraft(this.#sql, this.#blobs, this.#audit, this.#openerId, plan, (ended) =>
      this.#drafts.delete(ended),
    );
    this.#drafts.add(draft);
    return draft;
  }

  /** Gives back the space of everything this process began and did not commit. */
  discardDrafts(): void {
    for (const draft of this.#drafts) draft.discard();
  }

  /** What the same recipe already gave; the newest where it gave several. */
  findExisting(recipe: Recipe): ArtifactManifest | null {
    const row = this.#sql.get<ManifestRow>(
      'SELECT manifest FROM artifact WHERE recipe = ? ORDER BY ordinal DESC LIMIT 1',
      recipeHash(recipe),
    );
    return row ? parse(row) : null;
  }

  has(id: string): boolean {
    return this.#sql.get('SELECT 1 FROM artifact WHERE id = ?', id) !== undefined;
  }

  /** Throws: `not-found`. */
  get(id: string): ArtifactManifest {
    const row = this.#sql.get<ManifestRow>('SELECT manifest FROM artifact WHERE id = ?', id);
    if (row) return parse(row);
    throw new WorkbenchError(
      'not-found',
      `Artifact ${id.slice(0, 12)}: the project holds none with this id; list them to see what there is.`,
    );
  }

  /** Oldest first. */
  list(filter: { kind?: ArtifactKind } = {}): ArtifactManifest[] {
    const rows = filter.kind
      ? this.#sql.all<ManifestRow>('SELECT manifest FROM artifact WHERE kind = ? ORDER BY ordinal', filter.kind)
      : this.#sql.all<ManifestRow>('SELECT manifest FROM artifact ORDER BY ordinal');
    return rows.map(parse);
  }

  /** Everything an artifact was made from, oldest first, without itself. */
  ancestry(id: string): ArtifactManifest[] {
    return this.#sql
      .all<ManifestRow>(
        `WITH RECURSIVE ancestor (id) AS (
           SELECT input FROM artifact_input WHERE artifact = ?
           UNION SELECT input FROM artifact_input JOIN ancestor ON artifact_input.artifact = ancestor.id
         )
         SELECT manifest FROM artifact JOIN ancestor USING (id) ORDER BY ordinal`,
        id,
      )
      .map(parse);
  }

  /** What was made from an artifact directly, oldest first. */
  dependents(id: string): ArtifactManifest[] {
    return this.#sql
      .all<ManifestRow>(
        'SELECT manifest FROM artifact JOIN artifact_input ON artifact = artifact.id WHERE input = ? ORDER BY ordinal',
        id,
      )
      .map(parse);
  }

  /** Everything that was made from an artifact, directly or through others, newest first. */
  descendants(id: string): ArtifactManifest[] {
    return this.#sql
      .all<ManifestRow>(
        `WITH RECURSIVE descendant (id) AS (
           SELECT artifact FROM artifact_input WHERE input = ?
           UNION SELECT artifact FROM artifact_input JOIN descendant ON artifact_input.input = descendant.id
         )
         SELECT manifest FROM artifact JOIN descendant USING (id) ORDER BY ordinal DESC`,
        id,
      )
      .map(parse);
  }

  /** Bytes of the file that an artifact takes, compressed as they are. */
  storedBytes(id: string): number {
    return this.#blobs.storedBytes(`artifact:${id}`);
  }

  /**
   * Deletes an artifact with what was set about it, as a shortlist; with `withDependents` also all that was made from it.
   *
   * Returns what was deleted, newest first. Throws: `not-found`, `conflict` while something else was made from it.
   */
  delete(id: string, { why, withDependents = false }: { why?: string; withDependents?: boolean } = {}): ArtifactId[] {
    return this.#sql.transaction(() => {
      const artifact = this.get(id);
      const [first, ...others] = this.dependents(id);
      if (first && !withDependents) {
        const more = others.length > 0 ? ` and ${others.length} more` : '';
        throw new WorkbenchError(
          'conflict',
          `${artifact.title}: "${first.title}"${more} was made from it; delete that first, or everything together.`,
        );
      }
      const doomed = [...this.descendants(id), artifact];
      for (const one of doomed) {
        this.#blobs.delete(`artifact:${one.id}`);
        this.#sql.run("DELETE FROM setting WHERE name LIKE '%/' || ?", one.id);
        this.#sql.run('DELETE FROM artifact WHERE id = ?', one.id);
        this.#audit.append({
          what: `${one.kind} deleted`,
          ...(why ? { why } : {}),
          details: { id: one.id, title: one.title, ...(one === artifact ? {} : { with: id }) },
        });
      }
      return doomed.map((one) => one.id);
    });
  }

  /** Bytes [offset, offset + length) of a blob, the whole blob without them. Throws: `not-found`, `data-format`. */
  read(id: string, name: string, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
    return this.#blobs.read(`artifact:${id}`, name, offset, length);
  }

  /** `count` values from value number `start`, all without them. Throws: `not-found`, `data-format`. */
  readTyped<N extends TypedName>(id: string, name: string, type: N, start?: number, count?: number): TypedOf<N> {
    return this.#blobs.readTyped(`artifact:${id}`, name, type, start, count);
  }

  /** Throws: `not-found`, `data-format`. */
  readJson<T>(id: string, name: string): T {
    const text = new TextDecoder().decode(this.read(id, name));
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new WorkbenchError('data-format', `Blob ${name}: it holds no JSON; read it as bytes or numbers.`);
    }
  }

  /** Throws: `data-format` where the content of any blob of it is not what was written. */
  verify(id: string): void {
    for (const { name } of this.get(id).blobs) this.#blobs.verify(`artifact:${id}`, name);
  }
}

function parse({ manifest }: ManifestRow): ArtifactManifest {
  return ArtifactManifest.parse(JSON.parse(manifest));
}
