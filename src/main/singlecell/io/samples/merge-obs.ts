import type { ObsColumn } from '../../types.ts';
import { columnFromTexts } from '../columns.ts';

/** Annotations of one sample and which of its cells are taken. */
export interface ObsPart {
  obs: readonly ObsColumn[];
  nCells: number;
  /** Rows in rising order; null for all. */
  rows: Int32Array | null;
}

const MAX_LISTED = 6;

/**
 * Joins annotations of samples by name: a cell of a sample without a column has no value in it. One sample with all its
 * cells keeps its columns as they are.
 *
 * Note: kinds that differ meet at the one that holds both: numbers and groups become texts, true and false become groups.
 */
export function mergeObs(parts: readonly ObsPart[], warnings: string[]): ObsColumn[] {
  const taken = parts.map(({ obs, rows }) => new Map(obs.map((column) => [column.name, takeRows(column, rows)])));
  if (taken.length === 1) return [...taken[0].values()];
  const sizes = parts.map(({ nCells, rows }) => rows?.length ?? nCells);
  const names = [...new Set(taken.flatMap((columns) => [...columns.keys()]))];
  const partial = names.filter((name) => taken.some((columns) => !columns.has(name)));
  const mixed: string[] = [];
  const merged = names.map((name) => {
    const columns = taken.map((own) => own.get(name) ?? null);
    if (new Set(columns.filter((column) => column !== null).map(({ kind }) => kind)).size > 1) mixed.push(name);
    return joined(name, columns, sizes);
  });
  if (partial.length > 0) {
    warnings.push(
      `${partial.length === 1 ? '1 annotation is' : `${partial.length} annotations are`} not in every sample, cells of the others have no value in ${partial.length === 1 ? 'it' : 'them'}: ${listed(partial)}.`,
    );
  }
  if (mixed.length > 0) {
    warnings.push(`Read as text, for samples store them as different kinds of values: ${listed(mixed)}.`);
  }
  return merged;
}

/** The sample of every cell. */
export function sampleColumn(name: string, samples: readonly { name: string; nCells: number }[]): ObsColumn {
  const codes = new Int32Array(samples.reduce((sum, { nCells }) => sum + nCells, 0));
  let at = 0;
  samples.forEach(({ nCells }, code) => {
    codes.fill(code, at, at + nCells);
    at += nCells;
  });
  return { name, kind: 'categorical', categories: samples.map((sample) => sample.name), codes };
}

/** `sample`, or another name where that is taken. */
export function freeName(taken: readonly string[]): string {
  const names = new Set(taken);
  if (!names.has('sample')) return 'sample';
  let name = 'file_sample';
  for (let n = 2; names.has(name); n++) name = `file_sample_${n}`;
  return name;
}

function joined(name: string, columns: readonly (ObsColumn | null)[], sizes: readonly number[]): ObsColumn {
  const nCells = sizes.reduce((sum, size) => sum + size, 0);
  const kinds = new Set(columns.filter((column) => column !== null).map(({ kind }) => kind));
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const each = <T extends ObsColumn>(write: (column: T, start: number) => void) =>
    columns.forEach((column, i) => column && write(column as T, starts[i]));
  if (kinds.size === 1 && kinds.has('number')) {
    const values = new Float64Array(nCells).fill(Number.NaN);
    each<Extract<ObsColumn, { kind: 'number' }>>((column, start) => values.set(column.values, start));
    return { name, kind: 'number', values };
  }
  if (kinds.size === 1 && kinds.has('boolean')) {
    const values = new Int8Array(nCells).fill(-1);
    each<Extract<ObsColumn, { kind: 'boolean' }>>((column, start) => values.set(column.values, start));
    return { name, kind: 'boolean', values };
  }
  if (kinds.size === 1 && kinds.has('categorical')) {
    const codeOf = new Map<string, number>();
    const codes = new Int32Array(nCells).fill(-1);
    each<Extract<ObsColumn, { kind: 'categorical' }>>((column, start) => {
      const target = column.categories.map((category) => {
        const known = codeOf.get(category) ?? codeOf.size;
        codeOf.set(category, known);
        return known;
      });
      column.codes.forEach((code, cell) => (codes[start + cell] = code < 0 ? -1 : target[code]));
    });
    return { name, kind: 'categorical', categories: [...codeOf.keys()], codes };
  }
  const texts = new Array<string | null>(nCells).fill(null);
  each((column, start) => textsOf(column).forEach((text, cell) => (texts[start + cell] = text)));
  return columnFromTexts(name, texts);
}

function textsOf(column: ObsColumn): (string | null)[] {
  switch (column.kind) {
    case 'categorical':
      return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]));
    case 'number':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
    case 'boolean':
      return Array.from(column.values, (value) => (value < 0 ? null : value === 1 ? 'true' : 'false'));
    case 'text':
      return column.values;
  }
}

/** Rows of a column; categories without a cell go. */
function takeRows(column: ObsColumn, rows: Int32Array | null): ObsColumn {
  if (!rows) return column;
  switch (column.kind) {
    case 'categorical': {
      const taken = rows.map((row) => column.codes[row]);
      const used = new Set(taken);
      const kept = column.categories.map((_, code) => code).filter((code) => used.has(code));
      const codeOf = new Map(kept.map((code, i) => [code, i]));
      return {
        ...column,
        categories: kept.map((code) => column.categories[code]),
        codes: taken.map((code) => codeOf.get(code) ?? -1),
      };
    }
    case 'number':
      return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
    case 'boolean':
      return { ...column, values: Int8Array.from(rows, (row) => column.values[row]) };
    case 'text':
      return { ...column, values: Array.from(rows, (row) => column.values[row]) };
  }
}

function listed(names: readonly string[]): string {
  return names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ', …' : '');
}
