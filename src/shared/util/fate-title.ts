/** Goals that a title names; a page lists all of them. */
const MOST_NAMED = 3;

/** What a screen is called. */
export function fateTitle(start: string, goals: readonly string[]): string {
  return `${start} → ${namedFew(goals)}`;
}

/** The first few names, and how many more there are. */
export function namedFew(names: readonly string[], most = MOST_NAMED): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
