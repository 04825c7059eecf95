export interface Titled {
  id: string;
  title: string;
}

const SHORT_ID = 6;

/**
 * What tells things of the same title apart, by id; things that are alone with theirs need nothing.
 *
 * Note: where the notes are alike too, as of two made within a minute, the beginning of the id is added.
 */
export function notesOfTwins<T extends Titled>(items: readonly T[], noteOf: (item: T) => string): Map<string, string> {
  const noted = items.map((item) => ({ item, note: noteOf(item) }));
  const isTwin = ({ item }: (typeof noted)[number]) => items.filter(({ title }) => title === item.title).length > 1;
  const isAlike = ({ item, note }: (typeof noted)[number]) =>
    noted.filter((other) => other.item.title === item.title && other.note === note).length > 1;
  return new Map(
    noted
      .filter(isTwin)
      .map((one) => [one.item.id, isAlike(one) ? `${one.note} · ${one.item.id.slice(0, SHORT_ID)}` : one.note]),
  );
}
