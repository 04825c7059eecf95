import { ColumnRole, type ColumnRoles, type PrivacyReason } from './annotation.ts';
import type { ObsColumnInfo } from './dataset.ts';

type Column = Pick<ObsColumnInfo, 'name' | 'kind' | 'nDistinct' | 'isWhole' | 'privacyReason'>;

/** More groups than this are no cell states and no donors. */
export const MOST_GROUPS = 200;

const LABEL = /cell.?type|cluster|cell.?state|annotation|louvain|leiden|^label/i;
/** The surest word first: a sample stands for its donor only where nothing else names donors. */
const DONORS: readonly RegExp[] = [
  /donor|patient|subject|individual|participant|proband/i,
  /animal|embryo|mouse/i,
  /replicate/i,
  /sample/i,
];
const SAMPLE = /^(sample|library|orig[._ ]?ident|specimen|gsm)([^a-z].*)?$/i;
const BATCH = /^(batch|run|lane|chip|plate|experiment|seq(uencing)?[._ ]?(run|batch))([^a-z].*)?$/i;
const CONDITION = /^(condition|treatment|stim(ulation)?|disease|diagnosis|genotype|perturbation|time.?point|group)$/i;
/** `donor_age` tells of donors, it does not name them; `cluster_score` is no cluster. */
const ABOUT =
  /(^|[^a-z])(age|sex|gender|weight|height|bmi|birth|dob|date|day|time|status|type|stage|disease|diagnosis|score|prob\w*|confidence|size|count|number of \w+|n|frac\w*|percent|pct|colou?r|mail|phone|address|record|mrn)([^a-z]|$)/i;
/** Such values are no groups of cells. */
const NO_GROUPS: readonly PrivacyReason[] = ['e-mail', 'phone', 'date', 'address', 'free-text', 'differs-per-cell'];

/** An import can make groups of cells of the column. */
export function canGroup({ kind, nDistinct, isWhole }: Pick<Column, 'kind' | 'nDistinct' | 'isWhole'>): boolean {
  return kind === 'categorical' || kind === 'boolean' || (isWhole === true && nDistinct <= MOST_GROUPS);
}

/**
 * What annotations seem to be used for, from their names and how they are filled; the user sees it and may change it.
 *
 * `ofSamples` is the column that names the files of a merge: it tells samples, and donors where nothing else does.
 * Note: of several that fit, the first in the order of the file; but for that no column gets two roles.
 */
export function suggestedRoles(columns: readonly Column[], ofSamples: string | null = null): ColumnRoles {
  const roles = Object.fromEntries(ColumnRole.options.map((role) => [role, null])) as ColumnRoles;
  const fitting = columns.filter(
    (one) =>
      one.name !== ofSamples &&
      canGroup(one) &&
      one.nDistinct > 1 &&
      !(one.privacyReason && NO_GROUPS.includes(one.privacyReason)),
  );
  const first = (pattern: RegExp, fits: (column: Column) => boolean = () => true) =>
    fitting.find((one) => pattern.test(one.name) && !Object.values(roles).includes(one.name) && fits(one))?.name ??
    null;
  const isFew = ({ nDistinct }: Column) => nDistinct <= MOST_GROUPS;
  const isNone = ({ name }: Column) => !ABOUT.test(name);
  roles.label = first(LABEL, (one) => isFew(one) && !/score|prob|confidence|colou?r/i.test(one.name));
  roles.condition = first(CONDITION, isFew);
  for (const pattern of DONORS) roles.donor ??= first(pattern, isNone);
  roles.donor ??= ofSamples;
  roles.sample = ofSamples ?? first(SAMPLE, isNone);
  roles.batch = first(BATCH, isNone);
  return roles;
}
