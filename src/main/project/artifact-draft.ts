import { randomUUID } from 'node:crypto';
import { ArtifactManifest, type BlobInfo } from '#shared/domain/artifact.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { artifactId, type Recipe, recipeHash } from './artifact-id.ts';
import type { AuditLog } from './audit.ts';
import type { BlobWriter } from './blob-writer.ts';
import type { BlobStore } from './blobs.ts';
import { stateOwner } from './job-tables.ts';
import type { Sql } from './sql.ts';

/** What is known of an artifact before it is made. */
export interface ArtifactPlan extends Recipe {
  title: string;
}

/** An artifact being written. Nothing of it is visible before `commit`; without one it is swept. */
export class ArtifactDraft {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  readonly #audit: AuditLog;
  readonly #plan: ArtifactPlan;
  readonly #onEnd: (draft: ArtifactDraft) => void;
  readonly #id = randomUUID();
  readonly #owner = `draft:${this.#id}`;
  readonly #finished: BlobInfo[] = [];
  #nStarted = 0;

  constructor(
    sql: Sql,
    blobs: BlobStore,
    audit: AuditLog,
    openerId: string,
    plan: ArtifactPlan,
    onEnd: (draft: ArtifactDraft) => void = () => undefined,
  ) {
    this.#sql = sql;
    this.#blobs = blobs;
    this.#audit = audit;
    this.#plan = plan;
    this.#onEnd = onEnd;
    sql.run('INSERT INTO draft (id, opener) VALUES (?, ?)', this.#id, openerId);
  }

  /** Keeps bytes and typed arrays as they are, anything else as JSON. Throws: `resource`, `conflict`. */
  blob(name: string, content: unknown): BlobInfo {
    const writer = this.blobWriter(name);
    if (ArrayBuffer.isView(content)) writer.write(content);
    else if (content instanceof ArrayBuffer) writer.write(new Uint8Array(content));
    else writer.write(new TextEncoder().encode(JSON.stringify(content)));
    return writer.finish();
  }

  /** For content that is written piece by piece; several may be open at once. */
  blobWriter(name: string): BlobWriter {
    this.#nStarted++;
    return this.#blobs.writer(this.#owner, name, (info) => this.#finished.push(info));
  }

  /** Takes over a finished blob of a job's state, under the same name. Throws: `not-found`. */
  adopt(job: JobId, name: string): void {
    this.#nStarted++;
    this.#finished.push(this.#blobs.give(stateOwner(job), name, this.#owner));
  }

  /** Reads a finished blob of this draft. */
  read(name: string, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
    return this.#blobs.read(this.#owner, name, offset, length);
  }

  /**
   * Makes the artifact visible, all at once. Where the project already holds the same content made in the same way, that
   * one is returned and the draft goes.
   *
   * Throws: `not-found` (an input), `resource`, `internal` (a blob was not finished).
   */
  commit(summary: Record<string, unknown>): ArtifactManifest {
    if (this.#finished.length !== this.#nStarted) {
      throw new WorkbenchError('internal', `${this.#plan.title}: a blob was not finished before commit.`);
    }
    const manifest = this.#manifest(summary);
    const kept = this.#sql.transaction(() => {
      if (this.#sql.run('DELETE FROM draft WHERE id = ?', this.#id).changes === 0) {
        throw new WorkbenchError('conflict', `${this.#plan.title}: its draft is gone; run the step again.`);
      }
      const stored = this.#sql.get<{ manifest: string }>('SELECT manifest FROM artifact WHERE id = ?', manifest.id);
      if (stored) {
        this.#blobs.delete(this.#owner);
        return ArtifactManifest.parse(JSON.parse(stored.manifest));
      }
      this.#insert(manifest);
      return manifest;
    });
    this.#onEnd(this);
    return kept;
  }

  /** Gives the space back before the project is closed. */
  discard(): void {
    this.#sql.transaction(() => {
      this.#blobs.delete(this.#owner);
      this.#sql.run('DELETE FROM draft WHERE id = ?', this.#id);
    });
    this.#onEnd(this);
  }

  #manifest(summary: Record<string, unknown>): ArtifactManifest {
    const { kind, title, step, stepVersion, config, inputs } = this.#plan;
    const blobs = [...this.#finished].sort((a, b) => (a.name < b.name ? -1 : 1));
    return ArtifactManifest.parse({
      id: artifactId(this.#plan, blobs),
      kind,
      title,
      step,
      stepVersion,
      config: JSON.parse(stableJson(config)),
      inputs: [...inputs],
      blobs,
      summary: JSON.parse(stableJson(summary)),
      createdAt: new Date().toISOString(),
    });
  }

  #insert(manifest: ArtifactManifest): void {
    const { id, kind, title, step, inputs } = manifest;
    this.#sql.run(
      'INSERT INTO artifact (id, kind, recipe, manifest) VALUES (?, ?, ?, ?)',
      id,
      kind,
      recipeHash(this.#plan),
      JSON.stringify(manifest),
    );
    for (const input of new Set(inputs)) {
      if (!this.#sql.get('SELECT 1 FROM artifact WHERE id = ?', input)) {
        throw new WorkbenchError(
          'not-found',
          `${title}: input ${input.slice(0, 12)} is not in the project; run the step again.`,
        );
      }
      this.#sql.run('INSERT INTO artifact_input (artifact, input) VALUES (?, ?)', id, input);
    }
    this.#blobs.move(this.#owner, `artifact:${id}`);
    this.#audit.append({ what: `${kind} made`, details: { id, title, step } });
  }
}
