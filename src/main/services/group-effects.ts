import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { GroupEffect } from '#shared/domain/rank-move.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { csvTable } from '#shared/util/csv.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { RANKING_BLOBS, type StoredGroups } from '#project/stored/result-blobs.ts';

/** Effects of one gene, or of all ranked genes, within groups of the start cells. */
export class GroupTable {
  readonly #artifacts: ArtifactStore;
  readonly #id: string;
  readonly #stored: StoredGroups | null;

  constructor(artifacts: ArtifactStore, { id, blobs }: ArtifactManifest) {
    this.#artifacts = artifacts;
    this.#id = id;
    const isTold = blobs.some(({ name }) => name === RANKING_BLOBS.groups);
    this.#stored = isTold ? artifacts.readJson<StoredGroups>(id, RANKING_BLOBS.groups) : null;
  }

  /** One line for each group; none where the screen told no groups. Throws: `not-found`. */
  of(geneId: string): GroupEffect[] {
    if (!this.#stored) return [];
    const row = this.#stored.geneIds.indexOf(geneId);
    if (row < 0)
      throw new WorkbenchError('not-found', `gene "${geneId}": it was not screened; choose a gene of the ranking.`);
    const { groups } = this.#stored;
    const range = [row * groups.length, groups.length] as const;
    const effects = this.#artifacts.readTyped(this.#id, RANKING_BLOBS.groupEffects, 'float32', ...range);
    const told = this.#artifacts.readTyped(this.#id, RANKING_BLOBS.groupCells, 'int32', ...range);
    return groups.map((group, i) => ({
      ...group,
      nTold: told[i],
      effect: Number.isNaN(effects[i]) ? null : effects[i],
    }));
  }

  /** All genes in the order of the ranking. */
  file(genes: readonly RankedGene[], format: 'csv' | 'json') {
    const fileName = `groups-${this.#id.slice(0, 12)}.${format}`;
    const lines = genes.flatMap(({ rank, geneId, symbol }) =>
      this.of(geneId).map((group) => ({ rank, geneId, symbol, ...group })),
    );
    if (format === 'json')
      return {
        fileName,
        mediaType: 'application/json',
        content: `${JSON.stringify({ ranking: this.#id, effects: lines }, null, 1)}\n`,
      };
    const rows = lines.map(({ rank, geneId, symbol, kind, name, nCells, nTold, effect }) => [
      rank,
      geneId,
      symbol,
      kind,
      kind === 'donor' ? `donor ${name}` : name,
      nCells,
      nTold,
      effect ?? '',
    ]);
    const heads = ['rank', 'gene_id', 'symbol', 'group_kind', 'group', 'group_cells', 'told_by_cells', 'effect'];
    return { fileName, mediaType: 'text/csv', content: csvTable([heads, ...rows]) };
  }
}
