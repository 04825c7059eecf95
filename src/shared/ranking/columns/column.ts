import type { GeneEvidence } from '../../domain/gene-evidence.ts';
import type { GeneStatistics } from '../../domain/ranking-checks.ts';
import type { RankedGene } from '../../domain/ranking.ts';
import type { CsvValue } from '../../util/csv.ts';
import type { ColumnTopic } from './texts.ts';

/** One column of the tables a ranking is saved as. */
export interface GeneColumn {
  /** Its head in CSV files and workbooks. */
  name: string;
  /** What explains it; several columns may share an explanation. */
  about: ColumnTopic;
  /** Null where there is nothing to say of the gene. */
  value: (gene: RankedGene) => CsvValue | null;
}

export const column = (name: string, about: ColumnTopic, value: GeneColumn['value']): GeneColumn => ({
  name,
  about,
  value,
});

/** Null in a ranking of an older version, which has no such statistics. */
export const ofStatistics =
  (value: (told: GeneStatistics) => CsvValue | null): GeneColumn['value'] =>
  ({ statistics }) =>
    statistics ? value(statistics) : null;

/** Null in a ranking of an older version, which has no evidence. */
export const ofEvidence =
  (value: (told: GeneEvidence) => CsvValue | null): GeneColumn['value'] =>
  ({ evidence }) =>
    evidence ? value(evidence) : null;
