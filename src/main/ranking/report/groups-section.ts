import type { GroupEffect } from '#shared/domain/group-effect.ts';
import { GROUP_EFFECT, GROUP_TESTS } from '#shared/ranking/group-texts.ts';
import { foundInGroups } from '../groups/group-tables.ts';
import { type Block, hint, type Section, section } from './blocks.ts';
import type { ReportInput } from './content.ts';
import { chance, short, signed } from './numbers.ts';

/** The groups of the start cells of one of the first genes. */
interface GeneGroups {
  symbol: string;
  groups: readonly GroupEffect[];
}

/** Genes and groups that are told one by one; the table of groups (CSV, XLSX) has all. */
const TOLD_GENES = 5;
const TOLD_GROUPS = 8;

/** Whether the first genes do the same in every donor and sub-group of the start cells. */
export function groupsSection({
  genes,
  groupsOf,
  report,
}: Pick<ReportInput, 'genes' | 'groupsOf' | 'report'>): Section[] {
  const told = genes
    .slice(0, TOLD_GENES)
    .map(({ geneId, symbol }): GeneGroups => ({ symbol, groups: groupsOf?.(geneId) ?? [] }))
    .filter(({ groups }) => groups.length > 0);
  if (told.length === 0) return [];
  const tests = [...new Set(report.groups.flatMap(({ test }) => (test ? [test] : [])))];
  const found = foundInGroups(report.groups).map(([name, sentence]) => `${name}: ${sentence}`);
  return [
    section('Within donors and sub-groups', [
      hint(GROUP_EFFECT),
      ...tests.map((test) => hint(GROUP_TESTS[test])),
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
