import type { GeneEvidence } from '../../domain/gene-evidence.ts';
import { column, type GeneColumn, ofEvidence } from './column.ts';

const cocktails = (evidence: GeneEvidence, isToGoal: boolean) =>
  evidence.cocktails
    .filter(({ ledTo }) => (ledTo === 'goal') === isToGoal)
    .map(({ id, cellType, doi, action }) => `${id} (${action}, ${cellType}, doi:${doi})`)
    .join('; ');

/** Evidence; lists are separated by `; `. */
export const EVIDENCE_COLUMNS: readonly GeneColumn[] = [
  column(
    'classes',
    'classes',
    ofEvidence(({ classes }) => classes.join('; ')),
  ),
  column(
    'factor_family',
    'classes',
    ofEvidence(({ family }) => family),
  ),
  column(
    'cells_towards',
    'cells',
    ofEvidence(({ nTowards }) => nTowards),
  ),
  column(
    'cells_away',
    'cells',
    ofEvidence(({ nAway }) => nAway),
  ),
  column(
    'cells_unmoved',
    'cells',
    ofEvidence(({ nUnmoved }) => nUnmoved),
  ),
  column(
    'regulon_known',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.nKnown ?? null),
  ),
  column(
    'regulon_signed',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.nSigned ?? null),
  ),
  column(
    'regulon_consistent',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.nConsistent ?? null),
  ),
  column(
    'regulon_expected',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.expected ?? null),
  ),
  column(
    'regulon_p_value',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.pValue ?? null),
  ),
  column(
    'regulon_fdr',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.fdr ?? null),
  ),
  column(
    'regulon_activity_in_goal',
    'regulon',
    ofEvidence(({ regulon }) => regulon?.activity ?? null),
  ),
  column(
    'regulon_targets',
    'regulon',
    ofEvidence(({ regulon }) =>
      regulon
        ? regulon.targets.map(({ symbol, mode, pubmed }) => `${symbol} ${mode} PMID:${pubmed.join(',')}`).join('; ')
        : null,
    ),
  ),
  column(
    'ortholog_kind',
    'ortholog',
    ofEvidence(({ ortholog }) => ortholog?.kind ?? null),
  ),
  column(
    'ortholog_symbol',
    'ortholog',
    ofEvidence(({ ortholog }) => ortholog?.symbol ?? null),
  ),
  column(
    'cocktails_to_goal',
    'cocktails',
    ofEvidence((evidence) => cocktails(evidence, true)),
  ),
  column(
    'cocktails_elsewhere',
    'cocktails',
    ofEvidence((evidence) => cocktails(evidence, false)),
  ),
  column(
    'recorded',
    'novelty',
    ofEvidence(({ novelty }) => novelty),
  ),
];

/** Evidence told since later versions; columns are only ever added behind the others. */
export const LATER_EVIDENCE_COLUMNS: readonly GeneColumn[] = [
  column(
    'haploinsufficient',
    'dosage',
    ofEvidence(({ dosage }) => dosage?.isHaploinsufficient ?? null),
  ),
  column(
    'haploinsufficient_list',
    'dosage',
    ofEvidence(({ dosage }) => (dosage?.asOf ? `ClinGen ${dosage.asOf}` : null)),
  ),
  column(
    'druggable_family',
    'druggable',
    ofEvidence(({ druggableFamilies }) => druggableFamilies?.join('; ') ?? null),
  ),
];
