import { useI18n } from 'vue-i18n';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { isUnread } from '#shared/ranking/unread.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import { formatBound, formatEffect, formatProbability } from '../../parts/format.ts';
import { RECORDED, type TableColumn, type Writing } from './table-columns.ts';

const EMPTY = '–';

/** Writes the value of a column for a gene, alike in the table and in the details. */
export function useColumnWords() {
  const { t, n } = useI18n();

  function write(value: number, as: Writing): string {
    switch (as) {
      case 'effect':
        return formatEffect(value);
      case 'chance':
        return formatProbability(value);
      case 'count':
        return n(value, 'integer');
      case 'percent':
        return n(value, 'percent');
      case 'decimal':
        return value.toFixed(2).replace('-', '−');
      case 'whole':
        return String(Math.round(value));
      default:
        return assertNever(as);
    }
  }

  return (gene: RankedGene, { key, value, as }: TableColumn): string => {
    if (key === 'effect' && isUnread(gene)) return t('ranking.table.unread');
    const told = value(gene);
    if (told === null) return EMPTY;
    const { evidence, statistics } = gene;
    switch (key) {
      case 'interval':
        return t('ranking.table.range', { low: formatBound(gene.effectLow), high: formatBound(gene.effectHigh) });
      case 'rankRange':
        return t('ranking.table.range', {
          low: Math.round(statistics?.rankLow ?? 0),
          high: Math.round(statistics?.rankHigh ?? 0),
        });
      case 'cells':
        return t('tokens.of', { part: evidence?.nTowards ?? 0, all: gene.nCells });
      case 'cellsMoved':
      case 'exactCells':
        return t('tokens.of', { part: told, all: gene.nCells });
      case 'donorsAgree':
        return t('tokens.of', { part: told, all: statistics?.nReplicates ?? 0 });
      case 'regulon':
        return t('tokens.of', { part: evidence?.regulon?.nConsistent ?? 0, all: evidence?.regulon?.nSigned ?? 0 });
      case 'dosage':
        return t(evidence?.dosage?.isHaploinsufficient ? 'why.dosage.listed' : 'why.dosage.notListed');
      case 'druggable':
        return (evidence?.druggableFamilies ?? []).map((name) => t(`why.classes.${name}`)).join(', ');
      case 'novelty':
        return t(`why.novelty.${RECORDED[Number(told)]}`);
      default:
        return typeof told === 'number' && as ? write(told, as) : String(told);
    }
  };
}
