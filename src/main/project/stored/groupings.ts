import { standIns, standInWord } from '#shared/domain/annotation.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { MAP_CLUSTERS, REFERENCE_LABELS, type LabelsReport } from '#shared/domain/classical.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '../artifacts.ts';
import type { Project } from '../project.ts';
import { annotationsOf } from './annotations.ts';
import { LABELS_BLOBS } from './classical-blobs.ts';
import { DATASET_BLOBS, type StoredColumn } from './dataset-blobs.ts';
import { LAYOUT_BLOBS } from './layout-blobs.ts';
import { TOKENS_BLOBS } from './tokens-blobs.ts';

/** Groups of the cells of a dataset: an annotation of its file, clusters of a map, or labels from a reference. */
export interface StoredGrouping {
  title: string;
  names: string[];
  /** One per cell of the dataset, -1 where it has none. */
  codes: Int32Array;
  /** What computed the groups; null for an annotation. */
  source: ArtifactManifest | null;
}

/** Numbers with more different values than this are no groups. */
export const MOST_NUMBERS = 200;

/** The newest artifact that computed such groups for a dataset; null where there is none. */
export function newestGrouping(artifacts: ArtifactStore, dataset: string, column: string): ArtifactManifest | null {
  const kind = column === MAP_CLUSTERS ? 'layout' : column === REFERENCE_LABELS ? 'labels' : null;
  return (kind && artifacts.list({ kind }).findLast(({ inputs }) => inputs[0] === dataset)) ?? null;
}

/**
 * The name of groups in full: `clusters` and `labels` stand for those computed here where the file has no annotation
 * of that name.
 */
export function groupingName(dataset: ArtifactManifest, column: string): string {
  const short = [MAP_CLUSTERS, REFERENCE_LABELS].find((name) => name.slice(1) === column);
  return short && !columnsOf(dataset).some(({ name }) => name === column) ? short : column;
}

/**
 * Reads groups by name: an annotation, `@clusters` or `@labels`.
 *
 * Throws: not-found; invalid-input for an annotation that is restricted or holds no groups.
 */
export function readGrouping(
  project: Pick<Project, 'artifacts' | 'settings'>,
  dataset: ArtifactManifest,
  column: string,
  from?: string,
): StoredGrouping {
  const { artifacts } = project;
  const name = groupingName(dataset, column);
  if (name === MAP_CLUSTERS || name === REFERENCE_LABELS) {
    const source = from ? artifacts.get(from) : newestGrouping(artifacts, dataset.id, name);
    const kind = name === MAP_CLUSTERS ? 'layout' : 'labels';
    if (source?.kind !== kind || source.inputs[0] !== dataset.id) {
      throw new WorkbenchError(
        'not-found',
        name === MAP_CLUSTERS
          ? `${dataset.title}: it has no map with clusters yet; run gcw dataset map first.`
          : `${dataset.title}: its cells have no reference labels yet; run gcw dataset annotate first.`,
      );
    }
    return kind === 'layout' ? readClusters(artifacts, dataset, source) : readLabels(artifacts, dataset, source);
  }
  const { roles, columns } = annotationsOf(project, dataset);
  const info = columns.find((one) => one.name === name);
  if (info?.privacy === 'restricted') {
    throw new WorkbenchError(
      'invalid-input',
      `${dataset.title}: column "${name}" is restricted (${info.privacyReason}), and names of groups are shown and exported; choose another.`,
    );
  }
  const stored = readColumn(artifacts, dataset, name);
  const told = (names: string[]): string[] =>
    info?.privacy === 'limited' ? standIns(standInWord(roles, name), names.length) : names;
  if (stored.kind === 'categorical') {
    return { title: name, names: told(stored.categories), codes: Int32Array.from(stored.codes), source: null };
  }
  const values = stored.values as readonly (string | number | null)[];
  const distinct = stored.kind === 'number' ? distinctOf(values) : [];
  if (distinct.length === 0 || distinct.length > MOST_NUMBERS) {
    throw new WorkbenchError(
      'invalid-input',
      `${dataset.title}: column "${name}" holds ${stored.kind === 'text' ? 'free text' : 'too many different numbers'}, not groups; choose a categorical one.`,
    );
  }
  distinct.sort((a, b) => Number(a) - Number(b));
  return { title: name, names: told(distinct.map(String)), codes: codesOf(values, distinct), source: null };
}

/** Which cells share a donor or batch; -1 where it is missing. Values stay where they are, only their equality is told. */
export function readBatches(artifacts: ArtifactStore, dataset: ArtifactManifest, column: string): Int32Array {
  const stored = readColumn(artifacts, dataset, column);
  if (stored.kind === 'categorical') return Int32Array.from(stored.codes);
  const values = stored.values as readonly (string | number | null)[];
  return codesOf(values, distinctOf(values));
}

/** 1 for every cell with counts, or for those that were prepared. Throws: conflict where they are of another dataset. */
export function readKeptCells(artifacts: ArtifactStore, dataset: ArtifactManifest, tokens?: string): Uint8Array {
  const totals = artifacts.readTyped(dataset.id, DATASET_BLOBS.totals, 'float64');
  if (!tokens) return Uint8Array.from(totals, (total) => (total > 0 ? 1 : 0));
  const manifest = artifacts.get(tokens);
  if (manifest.kind !== 'tokens' || manifest.inputs[0] !== dataset.id) {
    throw new WorkbenchError(
      'conflict',
      `${manifest.title}: these cells were not prepared from ${dataset.title}; choose prepared cells of the same dataset.`,
    );
  }
  const keep = new Uint8Array(totals.length);
  for (const cell of artifacts.readTyped(tokens, TOKENS_BLOBS.cellIndex, 'int32')) if (totals[cell] > 0) keep[cell] = 1;
  return keep;
}

/** Cluster of every laid-out cell. */
export function readMapClusters(artifacts: ArtifactStore, layout: ArtifactManifest): Int32Array {
  const cells = artifacts.readTyped(layout.id, LAYOUT_BLOBS.cellIndex, 'int32');
  const stored = artifacts.readTyped(layout.id, LAYOUT_BLOBS.clusters, 'int32');
  // Little-endian: the low half of a 64-bit number comes first.
  const wide = stored.length === 2 * cells.length;
  return wide ? stored.filter((_, i) => i % 2 === 0) : stored;
}

function readClusters(artifacts: ArtifactStore, dataset: ArtifactManifest, source: ArtifactManifest): StoredGrouping {
  const clusters = readMapClusters(artifacts, source);
  const codes = new Int32Array(nCellsOf(dataset)).fill(-1);
  artifacts.readTyped(source.id, LAYOUT_BLOBS.cellIndex, 'int32').forEach((cell, i) => (codes[cell] = clusters[i]));
  const nClusters = clusters.reduce((most, one) => Math.max(most, one + 1), 0);
  return { title: 'Clusters', names: Array.from({ length: nClusters }, (_, i) => `Cluster ${i + 1}`), codes, source };
}

function readLabels(artifacts: ArtifactStore, dataset: ArtifactManifest, source: ArtifactManifest): StoredGrouping {
  const { labels, referenceTitle } = artifacts.readJson<LabelsReport>(source.id, LABELS_BLOBS.report);
  const labelled = artifacts.readTyped(source.id, LABELS_BLOBS.codes, 'int32');
  const codes = new Int32Array(nCellsOf(dataset)).fill(-1);
  artifacts.readTyped(source.id, LABELS_BLOBS.cellIndex, 'int32').forEach((cell, i) => (codes[cell] = labelled[i]));
  return { title: `Labels from ${referenceTitle}`, names: labels.map(({ name }) => name), codes, source };
}

function readColumn(artifacts: ArtifactStore, dataset: ArtifactManifest, name: string): StoredColumn {
  const columns = artifacts.readJson<StoredColumn[]>(dataset.id, DATASET_BLOBS.obs);
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  throw new WorkbenchError(
    'not-found',
    `${dataset.title}: it has no column "${name}"; it has ${columns.map((one) => one.name).join(', ')}.`,
  );
}

function columnsOf(dataset: ArtifactManifest): ObsColumnInfo[] {
  return dataset.summary.obsColumns as ObsColumnInfo[];
}

function nCellsOf(dataset: ArtifactManifest): number {
  return Number(dataset.summary.nCells);
}

function distinctOf<T>(values: readonly (T | null)[]): T[] {
  return [...new Set(values.filter((value): value is T & {} => value !== null))];
}

function codesOf<T>(values: readonly (T | null)[], distinct: readonly T[]): Int32Array {
  const codes = new Map(distinct.map((value, code) => [value, code]));
  return Int32Array.from(values, (value) => (value === null ? -1 : codes.get(value)!));
}
