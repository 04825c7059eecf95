import type { GroupTest } from '../domain/group-effect.ts';

/** How groups of the start cells were compared, in the words of window, report and workbook. */
export const GROUP_TESTS: Record<GroupTest, string> = {
  'paired-donors':
    'Each against the others of its kind, within the donors that have cells of both (t test of the donors’ differences).',
  donors:
    'Each against the others of its kind, donors against donors (Welch’s statistic, degrees of freedom of the smaller side).',
  cells:
    'Each against the others of its kind, cell by cell (Welch’s statistic, degrees of freedom of the smaller side), since donors are not known: true of these cells only.',
};

/** What an effect within a group is. */
export const GROUP_EFFECT =
  'Effect: mean over donors where donors are the replicate, else over cells, with its 95 % interval. Donors are told by number.';
