import { ref, watch } from 'vue';
import { ALWAYS_SHOWN, FIRST_SHOWN, TABLE_COLUMNS } from './table-columns.ts';

const KEY = 'gcw.ranking-columns';

/** Columns a reader chose for tables of genes, kept from one start of the program to the next. */
export const shownColumns = ref<string[]>(readShownColumns());
watch(shownColumns, (columns) => localStorage.setItem(KEY, JSON.stringify(columns)), { deep: true });

/** What was chosen, without columns that this version does not have; the first set where nothing was. */
export function readShownColumns(): string[] {
  const known = new Set<string>(TABLE_COLUMNS.map(({ key }) => key));
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (Array.isArray(stored))
      return [...new Set([...ALWAYS_SHOWN, ...stored.filter((key: unknown): key is string => known.has(String(key)))])];
  } catch {
    // A note that cannot be read is no reason to show no table.
  }
  return [...FIRST_SHOWN];
}

export function forgetShownColumns(): void {
  shownColumns.value = [...FIRST_SHOWN];
}
