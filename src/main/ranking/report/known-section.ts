import type { GeneEvidence } from '#shared/domain/gene-evidence.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { COLUMN_TEXTS } from '#shared/ranking/columns/texts.ts';
import { englishText } from '#shared/why/message.ts';
import { type Cell, hint, type Section, section } from './blocks.ts';

/** Genes whose evidence is told in a table; the tables (CSV, XLSX) have that of all. */
const TOLD = 20;
const NONE = '–';
const COLUMNS = ['symbol', 'classes', 'novelty', 'regulon', 'dosage', 'druggable', 'ortholog'] as const;
const EXPLAINED = ['novelty', 'regulon', 'dosage', 'druggable', 'ortholog'] as const;

/** What publications and tables say of the first genes; none of it has a part in their order. */
export function knownSection(genes: readonly RankedGene[]): Section[] {
  const told = genes.filter(({ evidence }) => evidence !== null).slice(0, TOLD);
  if (told.length === 0) return [];
  return [
    section(`What is known of the first ${told.length} genes`, [
      hint('From tables that ship with the program. None of it has a part in the order of the genes.'),
      {
        kind: 'list',
        isHint: true,
        items: EXPLAINED.map((name) => `${COLUMN_TEXTS[name].title}: ${COLUMN_TEXTS[name].tip}`),
      },
      {
        kind: 'table',
        caption: '',
        columns: COLUMNS.map((name) => ({ title: COLUMN_TEXTS[name].title, align: 'left' })),
        rows: told.map(({ symbol, isKnown, evidence }) => [
          { text: symbol, look: 'gene', ...(isKnown ? { isStarred: true } : {}) },
          ...cells(evidence as GeneEvidence),
        ]),
      },
    ]),
  ];
}

function cells({ classes, novelty, regulon, dosage, druggableFamilies, ortholog }: GeneEvidence): Cell[] {
  const named = (names: readonly string[]) => names.map((name) => englishText(`classes.${name}`)).join(', ') || NONE;
  return [
    named(classes),
    englishText(`novelty.${novelty}`),
    regulon && regulon.nSigned > 0 ? `${regulon.nConsistent} of ${regulon.nSigned}` : NONE,
    dosage ? englishText(`dosage.${dosage.isHaploinsufficient ? 'listed' : 'notListed'}`) : NONE,
    named(druggableFamilies ?? []),
    ortholog?.symbol ?? NONE,
  ].map((text) => ({ text }));
}
