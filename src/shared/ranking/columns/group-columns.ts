import type { GroupEffect } from '../../domain/group-effect.ts';
import type { CsvValue } from '../../util/csv.ts';

/** A gene of a ranking in one group of the start cells. */
export interface GroupLine extends GroupEffect {
  rank: number;
  geneId: string;
  symbol: string;
}

export interface GroupColumn {
  name: string;
  meaning: string;
  value: (line: GroupLine) => CsvValue | null;
}

const column = (name: string, meaning: string, value: GroupColumn['value']): GroupColumn => ({ name, meaning, value });

/** Columns of the table of groups; more may be added at the end only. */
export const GROUP_COLUMNS: readonly GroupColumn[] = [
  column('rank', 'Place of the gene in the ranking.', ({ rank }) => rank),
  column('gene_id', 'Identifier of the gene in Ensembl.', ({ geneId }) => geneId),
  column('symbol', 'Current symbol of the gene.', ({ symbol }) => symbol),
  column('group_kind', 'donor, label (a state of the start cells) or subgroup.', ({ kind }) => kind),
  column('group', 'Name of the group; a donor is told by number.', ({ kind, name }) =>
    kind === 'donor' ? `donor ${name}` : name,
  ),
  column('group_cells', 'Start cells of the group.', ({ nCells }) => nCells),
  column('told_by_cells', 'Those of them that tell of the gene.', ({ nTold }) => nTold),
  column(
    'effect',
    'Mean shift towards the goal: over donors where donors are the replicate, else over cells.',
    (line) => line.effect,
  ),
  column('effect_low', 'Lower end of its 95 % interval.', ({ low }) => low),
  column('effect_high', 'Upper end of its 95 % interval.', ({ high }) => high),
  column(
    'difference_from_others',
    'What the gene does here beyond the other groups of the kind. Empty where it was not compared: donors, too few donors or cells on a side, or a gene that moves too few cells.',
    (line) => line.comparison?.difference ?? null,
  ),
  column(
    'difference_low',
    'Lower end of the 95 % interval of the difference.',
    ({ comparison }) => comparison?.low ?? null,
  ),
  column(
    'difference_high',
    'Upper end of the 95 % interval of the difference.',
    ({ comparison }) => comparison?.high ?? null,
  ),
  column('difference_p_value', 'Two-sided p-value of the difference.', ({ comparison }) => comparison?.pValue ?? null),
  column(
    'difference_fdr',
    'False discovery rate over all ranked genes and all groups of the kind.',
    (line) => line.comparison?.fdr ?? null,
  ),
  column(
    'difference_test',
    'paired-donors, donors or cells: what was compared with what.',
    (line) => line.comparison?.test ?? null,
  ),
];

/** What the table holds of a gene: a line for each group. */
export function groupLines(
  { rank, geneId, symbol }: Pick<GroupLine, 'rank' | 'geneId' | 'symbol'>,
  groups: readonly GroupEffect[],
): GroupLine[] {
  return groups.map((group) => ({ rank, geneId, symbol, ...group }));
}
