import type { RankedGene } from '#shared/domain/ranking.ts';
import type { GeneEvidence } from '#shared/domain/gene-evidence.ts';
import type { CsvValue } from '#shared/util/csv.ts';

type Column = [name: string, value: (gene: RankedGene) => CsvValue];

/** Empty where a ranking of an older version has no evidence. */
const from =
  (value: (evidence: GeneEvidence) => CsvValue | null) =>
  ({ evidence }: RankedGene): CsvValue =>
    (evidence ? value(evidence) : null) ?? '';

const cocktails = (evidence: GeneEvidence, isToGoal: boolean) =>
  evidence.cocktails
    .filter(({ ledTo }) => (ledTo === 'goal') === isToGoal)
    .map(({ id, cellType, doi, action }) => `${id} (${action}, ${cellType}, doi:${doi})`)
    .join('; ');

/** Evidence in the CSV table; lists are separated by `; `. */
export const EVIDENCE_COLUMNS: readonly Column[] = [
  ['classes', from(({ classes }) => classes.join('; '))],
  ['factor_family', from(({ family }) => family)],
  ['cells_towards', from(({ nTowards }) => nTowards)],
  ['cells_away', from(({ nAway }) => nAway)],
  ['cells_unmoved', from(({ nUnmoved }) => nUnmoved)],
  ['regulon_known', from(({ regulon }) => regulon?.nKnown ?? null)],
  ['regulon_signed', from(({ regulon }) => regulon?.nSigned ?? null)],
  ['regulon_consistent', from(({ regulon }) => regulon?.nConsistent ?? null)],
  ['regulon_expected', from(({ regulon }) => regulon?.expected ?? null)],
  ['regulon_p_value', from(({ regulon }) => regulon?.pValue ?? null)],
  ['regulon_fdr', from(({ regulon }) => regulon?.fdr ?? null)],
  ['regulon_activity_in_goal', from(({ regulon }) => regulon?.activity ?? null)],
  [
    'regulon_targets',
    from(({ regulon }) =>
      regulon
        ? regulon.targets.map(({ symbol, mode, pubmed }) => `${symbol} ${mode} PMID:${pubmed.join(',')}`).join('; ')
        : null,
    ),
  ],
  ['ortholog_kind', from(({ ortholog }) => ortholog?.kind ?? null)],
  ['ortholog_symbol', from(({ ortholog }) => ortholog?.symbol ?? null)],
  ['cocktails_to_goal', from((evidence) => cocktails(evidence, true))],
  ['cocktails_elsewhere', from((evidence) => cocktails(evidence, false))],
  ['recorded', from(({ novelty }) => novelty)],
];
