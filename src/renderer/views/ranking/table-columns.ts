import { ref } from 'vue';
import type { RankedGene } from '#shared/domain/ranking.ts';

export interface TableColumn {
  key: string;
  isNumber: boolean;
  /** What it is sorted by; null sorts last. */
  value: (gene: RankedGene) => number | string | null;
  /** Best first: the first click sorts downwards. */
  isDescending?: boolean;
  /** At least; a table that is wider than its place scrolls. */
  minPixels?: number;
}

const number = (key: string, value: TableColumn['value'], isDescending = false): TableColumn => ({
  key,
  isNumber: true,
  value,
  isDescending,
});
const RECORDED = ['given', 'cocktail', 'regulon', 'unrecorded'];

/** Every column the table can show, in its order; the first two always stay. */
export const TABLE_COLUMNS = [
  number('rank', (gene) => gene.rank),
  { key: 'symbol', isNumber: false, value: (gene) => gene.symbol, minPixels: 84 },
  {
    key: 'classes',
    isNumber: false,
    value: (gene) => gene.evidence?.classes.join(' ') || null,
    minPixels: 96,
  },
  number('effect', (gene) => gene.effect, true),
  number('fdr', (gene) => gene.fdr),
  number('nullPercentile', (gene) => gene.nullPercentile, true),
  number('cells', (gene) => (gene.evidence ? gene.evidence.nTowards / Math.max(1, gene.nCells) : null), true),
  number('awayFromStart', (gene) => gene.awayFromStart, true),
  { key: 'competing', isNumber: false, value: (gene) => gene.competing?.state ?? null, minPixels: 96 },
  number('log2FoldChange', (gene) => gene.log2FoldChange, true),
  number('startFraction', (gene) => gene.startFraction, true),
  number('goalFraction', (gene) => gene.goalFraction, true),
  number('rankByModel', (gene) => gene.rankByModel),
  number('rankByFoldChange', (gene) => gene.rankByFoldChange),
  number('rankByCombined', (gene) => gene.rankByCombined),
  number('detections', (gene) => gene.detections, true),
  number('regulon', (gene) => gene.evidence?.regulon?.fdr ?? null),
  number('cocktails', (gene) => gene.evidence?.cocktails.filter(({ ledTo }) => ledTo === 'goal').length ?? null, true),
  { key: 'ortholog', isNumber: false, value: (gene) => gene.evidence?.ortholog?.symbol ?? null, minPixels: 80 },
  {
    key: 'novelty',
    isNumber: false,
    value: (gene) => (gene.evidence ? RECORDED.indexOf(gene.evidence.novelty) : null),
    minPixels: 128,
  },
] as const satisfies readonly TableColumn[] as readonly TableColumn[];

export const ALWAYS_SHOWN: readonly string[] = ['rank', 'symbol'];
const FIRST_SHOWN = ['rank', 'symbol', 'classes', 'effect', 'fdr', 'log2FoldChange', 'rankByModel', 'rankByFoldChange'];

/** Chosen columns; they stay while the window is open, from one ranking to the next. */
export const shownColumns = ref<string[]>([...FIRST_SHOWN]);
