import { nameWords } from '../util/name-words.ts';
import { ColumnRole, type ColumnRoles, type PrivacyReason } from './annotation.ts';
import { namesCells } from './cell-words.ts';
import type { ObsColumnInfo } from './dataset.ts';
import { ABOUT_DONORS, CLUSTERS, NO_BATCHES, NO_STATES, NOT_OF_CELLS, PLAIN, ROLE_NAMES } from './role-names.ts';

type Column = Pick<
  ObsColumnInfo,
  'name' | 'kind' | 'nDistinct' | 'isWhole' | 'privacy' | 'privacyReason' | 'categories'
>;

/** A column with its name in words. */
type Named = Column & { words: string };

/** More groups than this are no cell states and no donors. */
export const MOST_GROUPS = 200;
/** Share of the values that name cells, from which on a column is one of states. */
const SHARE_OF_STATES = 0.5;
/** Such values are no groups of cells, not even of donors. */
const NO_GROUPS: readonly PrivacyReason[] = ['e-mail', 'phone', 'date', 'address', 'free-text', 'differs-per-cell'];

/** An import can make groups of cells of the column. */
export function canGroup({ kind, nDistinct, isWhole }: Pick<Column, 'kind' | 'nDistinct' | 'isWhole'>): boolean {
  return kind === 'categorical' || kind === 'boolean' || (isWhole === true && nDistinct <= MOST_GROUPS);
}

/** Whether a column names donors or patients, told from its name alone; `donor_age` tells of them and does not. */
export function namesDonors(name: string): boolean {
  const words = nameWords(name);
  return ROLE_NAMES.donor[0].test(words) && !ABOUT_DONORS.test(words);
}

/**
 * What annotations seem to be used for; the user sees it and may change it.
 *
 * Names decide, the surest first. Values decide only for cell states, only where no name does, and only of columns that are open:
 * of what is limited or restricted, nothing is read. A restricted column is suggested for donors and samples alone, by its name, since their
 * values are told nowhere either way.
 *
 * `ofSamples` is the column that names the files of a merge: it tells samples, and donors where nothing else does.
 * Note: of several that fit alike, the first in the order of the file; but for `ofSamples` no column gets two roles.
 */
export function suggestedRoles(columns: readonly Column[], ofSamples: string | null = null): ColumnRoles {
  const roles = Object.fromEntries(ColumnRole.options.map((role) => [role, null])) as ColumnRoles;
  const fitting: Named[] = columns
    .filter((one) => one.name !== ofSamples && canGroup(one) && one.nDistinct > 1)
    .filter(({ privacyReason }) => !(privacyReason && NO_GROUPS.includes(privacyReason)))
    .map((one) => ({ ...one, words: nameWords(one.name) }));
  const first = (patterns: readonly RegExp[], fits: (column: Named) => boolean): string | null => {
    for (const pattern of patterns) {
      const found = fitting.find(
        (one) => pattern.test(one.words) && !Object.values(roles).includes(one.name) && fits(one),
      );
      if (found) return found.name;
    }
    return null;
  };
  const isTold = ({ nDistinct, privacy }: Named) => nDistinct <= MOST_GROUPS && privacy !== 'restricted';
  const isState = (one: Named) => isTold(one) && !NO_STATES.test(one.words);
  roles.label =
    first(ROLE_NAMES.label, isState) ??
    first([PLAIN], (one) => isState(one) && holdsStates(one, true)) ??
    first([/^/], (one) => isState(one) && !hasOtherUse(one) && holdsStates(one, false)) ??
    first([CLUSTERS], isState);
  roles.condition = first(ROLE_NAMES.condition, isTold);
  const isOfDonors = ({ words }: Named) => !ABOUT_DONORS.test(words);
  roles.donor = first(ROLE_NAMES.donor, isOfDonors) ?? ofSamples;
  roles.sample = ofSamples ?? first(ROLE_NAMES.sample, isOfDonors);
  roles.batch = first(ROLE_NAMES.batch, (one) => one.privacy !== 'restricted' && !NO_BATCHES.test(one.words));
  return roles;
}

/** A column that is named after something else is not taken for what its values sound like. */
function hasOtherUse({ words }: Named): boolean {
  const others = ColumnRole.options.filter((role) => role !== 'label');
  return NOT_OF_CELLS.test(words) || others.some((role) => ROLE_NAMES[role].some((pattern) => pattern.test(words)));
}

/** Values of limited and restricted columns are not looked at. */
function holdsStates({ privacy = 'open', categories = [] }: Named, isGenerous: boolean): boolean {
  if (privacy !== 'open') return false;
  const used = categories.filter(({ nCells }) => nCells > 0);
  const found = used.filter(({ value }) => namesCells(value, isGenerous));
  return found.length >= 2 && found.length >= SHARE_OF_STATES * used.length;
}
