import { shallowRef } from 'vue';

/** By what the rows of a table are sorted; a second click on a head turns its order round. */
export function useSort<Key extends string>(first: Key) {
  const sort = shallowRef<{ key: Key; descending: boolean }>({ key: first, descending: false });

  /** `descending`: the order of the first click. */
  function sortBy(key: Key, descending: boolean): void {
    sort.value = { key, descending: sort.value.key === key ? !sort.value.descending : descending };
  }

  const ariaSort = (key: Key) => (sort.value.key !== key ? 'none' : sort.value.descending ? 'descending' : 'ascending');

  return { sort, sortBy, ariaSort };
}

/** The row that arrow keys go to from the one that is picked; it stays within the table. */
export function rowBeside<Row>(rows: readonly Row[], isPicked: (row: Row) => boolean, step: number): Row | undefined {
  return rows[Math.max(0, Math.min(rows.length - 1, rows.findIndex(isPicked) + step))];
}
