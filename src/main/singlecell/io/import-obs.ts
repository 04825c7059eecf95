import { chosenLevels, type ColumnRoles, type PrivacyLevel, type PrivacyReason } from '#shared/domain/annotation.ts';
import type { ImportConfig, ObsColumnInfo } from '#shared/domain/dataset.ts';
import { shortened } from '#shared/util/printable.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../types.ts';
import { columnInfo } from './column-info.ts';
import { categoricalColumn } from './columns.ts';
import { noSuchColumn } from './missing.ts';
import type { OpenDataset } from './reader.ts';

/** More classes than this are no cell states. */
const MAX_LABELS = 200;

type ObsSource = Pick<OpenDataset, 'name' | 'obsNames' | 'obsColumn'>;

export interface ImportedColumns {
  all: ObsColumn[];
  /** Columns that can serve as cell states, the chosen one first. */
  labels: string[];
}

/** What an import says of columns. */
export type ColumnConfig = Pick<ImportConfig, 'labelColumn' | 'donorColumn'> &
  Partial<Pick<ImportConfig, 'sampleColumn' | 'batchColumn' | 'conditionColumn' | 'columnPrivacy'>>;

/** The columns that were chosen for something; null where none was. */
export function rolesOf(config: ColumnConfig): ColumnRoles {
  return {
    label: config.labelColumn ?? null,
    donor: config.donorColumn ?? null,
    sample: config.sampleColumn ?? null,
    batch: config.batchColumn ?? null,
    condition: config.conditionColumn ?? null,
  };
}

/** Annotations that have to be groups of cells. */
export function chosenColumns(config: ColumnConfig): string[] {
  return Object.values(rolesOf(config)).filter((name) => name !== null);
}

/** Reads every annotation; columns with a role become categorical. Throws not-found, data-format. */
export function readColumns(file: ObsSource, config: ColumnConfig, warnings: string[]): ImportedColumns {
  return labelled(file.name, readObs(file, chosenColumns(config), warnings), config, warnings);
}

/** Reads every annotation of a file; the chosen ones become categorical, unreadable others are left out. Throws data-format. */
export function readObs(file: ObsSource, chosen: readonly string[], warnings: string[]): ObsColumn[] {
  const all: ObsColumn[] = [];
  for (const name of file.obsNames()) {
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
  return all;
}

/** Columns of a dataset with those that can serve as cell states, the chosen one first. Throws not-found. */
export function labelled(name: string, all: ObsColumn[], config: ColumnConfig, warnings: string[]): ImportedColumns {
  const names = all.map((column) => column.name);
  for (const chosen of [...chosenColumns(config), ...chosenLevels(config.columnPrivacy).keys()])
    if (!names.includes(chosen)) throw noSuchColumn(name, chosen, names);
  warnOfLabels(all, config, warnings);
  const roles = rolesOf(config);
  const infos = new Map(
    all.map((column) => [column.name, columnInfo(column, { roles, columnPrivacy: config.columnPrivacy })]),
  );
  warnOfPrivateStates(infos, roles, warnings);
  const labels = all
    .filter((column) => isLabel(column) && infos.get(column.name)!.privacy === 'open')
    .map((column) => column.name);
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

const REASONS: Readonly<Record<PrivacyReason, string>> = {
  'name-of-column': 'by its name',
  'e-mail': 'like e-mail addresses',
  phone: 'like telephone numbers',
  date: 'like dates',
  'record-number': 'like record numbers',
  person: 'like names of people',
  address: 'like addresses',
  'free-text': 'free text',
  'differs-per-cell': 'differs from cell to cell',
  'names-donors': 'names donors or samples',
  'by-hand': 'as asked for',
};
const MOST_TOLD = 12;

/** What an import says of annotations whose values are told nowhere, or as numbers, and how to change that; null where all are open. */
export function heldBack(columns: readonly ObsColumnInfo[]): string | null {
  const at = (level: PrivacyLevel): string => {
    const own = columns.filter(({ privacy }) => privacy === level);
    const told = own.slice(0, MOST_TOLD).map((one) => {
      const reason = one.privacyReason ? ` (${REASONS[one.privacyReason]})` : '';
      return `${shortened(one.name)}${reason}`;
    });
    return told.join(', ') + (own.length > MOST_TOLD ? ` and ${own.length - MOST_TOLD} more` : '');
  };
  const [restricted, limited] = [at('restricted'), at('limited')];
  if (!restricted && !limited) return null;
  const { name } = columns.find(({ privacy }) => privacy === (restricted ? 'restricted' : 'limited'))!;
  const parts = [
    ...(restricted ? [`told nowhere: ${restricted}`] : []),
    ...(limited ? [`told as numbers: ${limited}`] : []),
  ];
  const example = name === shortened(name) ? name : 'COLUMN';
  return `Held back, ${parts.join('; ')}. If nobody can be known by a column, open it with --column-privacy "${example}=open" here, or later with gcw dataset set-columns.`;
}

function warnOfLabels(
  columns: readonly ObsColumn[],
  { labelColumn }: Pick<ImportConfig, 'labelColumn'>,
  warnings: string[],
): void {
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
