import type { GroupEffect, GroupTest } from '#shared/domain/group-effect.ts';
import type { RankingReport } from '#shared/domain/ranking.ts';
import { type Block, hint, type Section, section } from './blocks.ts';
import { chance, short, signed } from './numbers.ts';

/** The groups of the start cells of one of the first genes. */
export interface GeneGroups {
  symbol: string;
  groups: readonly GroupEffect[];
}

/** Genes and groups that are told one by one; the table of groups (CSV) has all. */
export const TOLD_GENES = 5;
const TOLD_GROUPS = 8;

const TESTS: Record<GroupTest, string> = {
  'paired-donors':
    'Each sub-group is compared with the others of its kind within the donors that have cells of both (t test of the differences).',
  donors:
    'Each sub-group is compared with the others of its kind, donors against donors (Welch’s statistic, degrees of freedom of the smaller side).',
  cells:
    'Each sub-group is compared with the others of its kind cell by cell (Welch’s statistic, degrees of freedom of the smaller side): donors are not known, so it is true of these cells only.',
};

/** Whether the first genes do the same in every donor and sub-group of the start cells. */
export function groupsSection(genes: readonly GeneGroups[], { groups }: Pick<RankingReport, 'groups'>): Section[] {
  const told = genes.filter(({ groups: own }) => own.length > 0).slice(0, TOLD_GENES);
  if (told.length === 0) return [];
  const tests = [...new Set(groups.flatMap(({ test }) => (test ? [test] : [])))];
  const found = groups
    .filter(({ nCompared }) => nCompared > 0)
    .map(
      ({ name, nDiffer, nCompared }) =>
        `${name}: ${nDiffer} of ${nCompared} genes do something else than in the others, at an FDR of 5 %.`,
    );
  return [
    section('Within donors and sub-groups', [
      hint(
        'Effect: mean over donors where donors are the replicate, else over cells, with its 95 % interval. Donors are told by number.',
      ),
      ...tests.map((test) => hint(TESTS[test])),
      found.length > 0 ? { kind: 'list', items: found } : null,
      table(told),
    ]),
  ];
}

function table(genes: readonly GeneGroups[]): Block {
  const left = (title: string) => ({ title, align: 'left' as const });
  const right = (title: string) => ({ title, align: 'right' as const });
  const most = Math.max(...genes.map(({ groups }) => groups.length));
  const all = most > TOLD_GROUPS ? ` The first ${TOLD_GROUPS} of ${most} groups of each.` : '';
  return {
    kind: 'table',
    caption: `The first ${genes.length} genes.${all} “Beyond the others” is the difference from the other groups of the kind; FDR over all genes and groups of the kind.`,
    columns: [
      left('Gene'),
      left('Group'),
      right('Cells'),
      right('Effect'),
      left('95 % interval'),
      right('Beyond the others'),
      left('95 % interval'),
      right('FDR'),
    ],
    rows: genes.flatMap(({ symbol, groups }) =>
      groups
        .slice(0, TOLD_GROUPS)
        .map(({ kind, name, nTold, nCells, effect, low, high, comparison }) => [
          { text: symbol, look: 'gene' as const },
          { text: kind === 'donor' ? `donor ${name}` : name },
          { text: `${nTold} of ${nCells}` },
          { text: effect === null ? '–' : signed(effect) },
          { text: low === null || high === null ? '–' : `${short(low)} to ${short(high)}` },
          { text: comparison ? signed(comparison.difference) : '–' },
          { text: comparison ? `${short(comparison.low)} to ${short(comparison.high)}` : '–' },
          { text: comparison?.fdr === null || comparison === null ? '–' : chance(comparison.fdr) },
        ]),
    ),
  };
}
