export interface Titled {
  id: string;
  title: string;
}

/** What tells things of the same title apart, by id; things that are alone with theirs need nothing. */
export function notesOfTwins<T extends Titled>(items: readonly T[], noteOf: (item: T) => string): Map<string, string> {
  const many = new Map<string, number>();
  for (const { title } of items) many.set(title, (many.get(title) ?? 0) + 1);
  return new Map(items.filter(({ title }) => many.get(title)! > 1).map((item) => [item.id, noteOf(item)]));
}
