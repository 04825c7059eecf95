import type { RankingReport } from '#shared/domain/ranking.ts';
import { GROUP_COLUMNS, type GroupLine } from '#shared/ranking/columns/group-columns.ts';
import { GROUP_EFFECT, GROUP_TESTS } from '#shared/ranking/group-texts.ts';
import type { SourceTable } from '../report/blocks.ts';

const TEXTS = ['gene_id', 'symbol', 'group_kind', 'group', 'difference_test'];

/** Genes and groups of the start cells, a line for each pair. */
export function groupsTable(lines: readonly GroupLine[]): SourceTable {
  return {
    columns: GROUP_COLUMNS.map(({ name }) => ({ title: name, kind: TEXTS.includes(name) ? 'text' : 'number' })),
    rows: lines.map((line) =>
      GROUP_COLUMNS.map(({ value }) => {
        const told = value(line);
        return typeof told === 'boolean' ? String(told) : told;
      }),
    ),
  };
}

/** How to read the table of groups: what was compared, what was found in each group, what each column means. */
export function groupNotes({ groups }: Pick<RankingReport, 'groups'>): SourceTable {
  const tests = [...new Set(groups.flatMap(({ test }) => (test ? [test] : [])))];
  const note = (what: string, words: string) => [what, words];
  return {
    columns: [
      { title: 'what', kind: 'text', width: 28 },
      { title: 'words', kind: 'text', width: 120 },
    ],
    rows: [
      note('effect', GROUP_EFFECT),
      ...tests.map((test) => note(test, GROUP_TESTS[test])),
      ...foundInGroups(groups).map(([name, found]) => note(name, found)),
      ...GROUP_COLUMNS.map(({ name, meaning }) => note(name, meaning)),
    ],
  };
}

/** In how many genes each compared group differs, as name and sentence. */
export function foundInGroups(groups: RankingReport['groups']): [name: string, sentence: string][] {
  return groups
    .filter(({ nCompared }) => nCompared > 0)
    .map(({ name, nDiffer, nCompared }) => [
      name,
      `${nDiffer} of ${nCompared} genes do something else than in the others, at an FDR of 5 %.`,
    ]);
}
