import { chosenLevels, type ColumnRoles } from '#shared/domain/annotation.ts';
import type { ImportConfig, ObsColumnInfo } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../types.ts';
import { columnInfo } from './column-info.ts';
import { categoricalColumn } from './columns.ts';
import { noSuchColumn } from './missing.ts';
import type { OpenDataset } from './reader.ts';

/** More classes than this are no cell states. */
const MAX_LABELS = 200;

export interface ImportedColumns {
  all: ObsColumn[];
  /** Columns that can serve as cell states, the chosen one first. */
  labels: string[];
}

/** The columns that were chosen for something; null where none was. */
export function rolesOf(config: ImportConfig): ColumnRoles {
  return {
    label: config.labelColumn ?? null,
    donor: config.donorColumn ?? null,
    sample: config.sampleColumn ?? null,
    batch: config.batchColumn ?? null,
    condition: config.conditionColumn ?? null,
  };
}

/** Reads every annotation; columns with a role become categorical. Throws not-found, data-format. */
export function readColumns(file: OpenDataset, config: ImportConfig, warnings: string[]): ImportedColumns {
  const roles = rolesOf(config);
  const chosen = Object.values(roles).filter((name) => name !== null);
  const names = file.obsNames();
  for (const name of chosen) if (!names.includes(name)) throw noSuchColumn(file.name, name, names);
  const all: ObsColumn[] = [];
  for (const name of names) {
    if (chosen.includes(name)) {
      all.push(asGroups(file.name, file.obsColumn(name)));
      continue;
    }
    try {
      all.push(file.obsColumn(name));
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      warnings.push(`${thrown.message} The column was left out.`);
    }
  }
  warnOfLabels(all, config, warnings);
  const use = { roles, columnPrivacy: config.columnPrivacy };
  for (const name of chosenLevels(config.columnPrivacy).keys())
    if (!names.includes(name)) throw noSuchColumn(file.name, name, names);
  const infos = new Map(all.map((column) => [column.name, columnInfo(column, use)]));
  warnOfPrivateStates(infos, roles, warnings);
  const labels = all
    .filter((column) => isLabel(column) && infos.get(column.name)!.privacy === 'open')
    .map(({ name }) => name);
  labels.sort((a, b) => Number(b === config.labelColumn) - Number(a === config.labelColumn));
  return { all, labels };
}

/** Cell names; repeated ones get `-1`, `-2`, … as anndata does. */
export function uniqueCellIds(ids: readonly string[], warnings: string[]): string[] {
  const seen = new Set<string>();
  const all = new Set(ids);
  const next = new Map<string, number>();
  let nRepeated = 0;
  const unique = ids.map((id) => {
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    nRepeated++;
    let n = next.get(id) ?? 1;
    while (all.has(`${id}-${n}`) || seen.has(`${id}-${n}`)) n++;
    next.set(id, n + 1);
    seen.add(`${id}-${n}`);
    return `${id}-${n}`;
  });
  if (nRepeated > 0) {
    warnings.push(`${nRepeated.toLocaleString('en')} cell names occur more than once; a number was added to each.`);
  }
  return unique;
}

function isLabel(column: ObsColumn): boolean {
  if (column.kind !== 'categorical') return false;
  const used = new Set(column.codes);
  used.delete(-1);
  return used.size >= 2 && used.size <= MAX_LABELS;
}

function asGroups(file: string, column: ObsColumn): ObsColumn {
  const groups = toCategorical(column);
  if (groups) return groups;
  throw new WorkbenchError(
    'data-format',
    `${file}: obs/${column.name} holds ${column.kind === 'number' ? 'measured numbers' : 'a different text for nearly every cell'}, groups of cells are expected; choose another column.`,
  );
}

function toCategorical(column: ObsColumn): ObsColumn | null {
  switch (column.kind) {
    case 'categorical':
      return column;
    case 'boolean':
      return categoricalColumn(column.name, ['false', 'true'], column.values);
    case 'number': {
      const distinct = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      if (!distinct.every(Number.isInteger) || distinct.length > MAX_LABELS) return null;
      const codeOf = new Map(distinct.map((value, code) => [value, code]));
      return categoricalColumn(
        column.name,
        distinct.map(String),
        Array.from(column.values, (value) => codeOf.get(value) ?? -1),
      );
    }
    case 'text':
      return null;
  }
}

function warnOfPrivateStates(infos: ReadonlyMap<string, ObsColumnInfo>, roles: ColumnRoles, warnings: string[]): void {
  for (const name of new Set([roles.label, roles.condition])) {
    const info = name === null ? undefined : infos.get(name);
    if (!info || info.privacy === 'open') continue;
    warnings.push(
      `obs/${info.name} is ${info.privacy} (${info.privacyReason}), so its values are told nowhere and cannot be cell states or goals; choose another column, or open it if nobody can be known by it.`,
    );
  }
}

function warnOfLabels(columns: readonly ObsColumn[], { labelColumn }: ImportConfig, warnings: string[]): void {
  const column = columns.find(({ name }) => name === labelColumn);
  if (column?.kind !== 'categorical') return;
  const used = new Set(column.codes);
  if (used.has(-1)) {
    const n = column.codes.reduce((count, code) => count + (code < 0 ? 1 : 0), 0);
    warnings.push(
      `obs/${column.name} is empty for ${n.toLocaleString('en')} ${n === 1 ? 'cell' : 'cells'}, which belong to no state.`,
    );
  }
  used.delete(-1);
  if (used.size < 2) {
    warnings.push(
      `obs/${column.name} has a single state; two are needed for a goal, so choose another label column later.`,
    );
  }
}
