// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { GENE_COLUMNS } from '#shared/ranking/columns/index.ts';
import GeneDetail from '../../src/renderer/views/ranking/GeneDetail.vue';
import RankedCell from '../../src/renderer/views/ranking/RankedCell.vue';
import { forgetShownColumns, readShownColumns, shownColumns } from '../../src/renderer/views/ranking/shown-columns.ts';
import { FIRST_SHOWN, TABLE_COLUMNS } from '../../src/renderer/views/ranking/table-columns.ts';
import { filterGenes, noFilter, sortGenes, toTsv } from '../../src/renderer/views/ranking/table-rows.ts';
import { ranking, rankedGenes } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const { client } = createFakeHost({ isOpen: true });
const unread = rankedGenes.find(({ statistics }) => statistics?.cellsMoved === 0)!;
const column = (key: string) => TABLE_COLUMNS.find((one) => one.key === key)!;
function written(gene: RankedGene, key: string, leader: 'model' | 'combined' = 'combined'): string {
  const cell = mountWith(RankedCell, client, { props: { gene, column: column(key), leader } });
  const text = cell.text();
  cell.unmount();
  return text;
}

describe('chosen columns', () => {
  beforeEach(() => {
    localStorage.clear();
    forgetShownColumns();
  });

  it('are kept, without any that this version does not have', async () => {
    shownColumns.value = ['rank', 'symbol', 'specificEffect', 'donorPValue'];
    await nextTick();
    expect(readShownColumns()).toEqual(['rank', 'symbol', 'specificEffect', 'donorPValue']);
    localStorage.setItem('gcw.ranking-columns', '["topShare","ofAnotherVersion"]');
    expect(readShownColumns()).toEqual(['rank', 'symbol', 'topShare']);
    for (const broken of ['{', '7', 'null']) {
      localStorage.setItem('gcw.ranking-columns', broken);
      expect(readShownColumns()).toEqual(FIRST_SHOWN);
    }
  });

  it('are all in the saved table, and every statistic of a gene can be shown', () => {
    const copied = new Set(TABLE_COLUMNS.flatMap(({ copies }) => copies));
    const names = GENE_COLUMNS.map(({ name }) => name);
    expect([...copied].filter((name) => !names.includes(name))).toEqual([]);
    const keys = TABLE_COLUMNS.map(({ key }) => key);
    for (const { name, about } of GENE_COLUMNS)
      if (!['is_known', 'is_transcription_factor'].includes(name))
        expect(
          keys.some((key) => key === about || copied.has(name)),
          name,
        ).toBe(true);
    expect(FIRST_SHOWN.filter((key) => !keys.some((one) => one === key))).toEqual([]);
  });

  it('are what a copy of the table has, evidence among them', () => {
    const columns = ['rank', 'symbol', 'interval', 'regulon', 'cocktails', 'novelty'].map(column);
    const [head, first] = toTsv(rankedGenes, columns).split('\n');
    expect(head.split('\t')).toEqual([
      'rank',
      'symbol',
      'gene_id',
      'effect_low',
      'effect_high',
      'regulon_consistent',
      'regulon_signed',
      'regulon_expected',
      'regulon_fdr',
      'regulon_activity_in_goal',
      'cocktails_to_goal',
      'recorded',
    ]);
    expect(first.split('\t').slice(0, 4)).toEqual([
      '1',
      rankedGenes[0].symbol,
      rankedGenes[0].geneId,
      String(rankedGenes[0].effectLow),
    ]);
    const odd = { ...rankedGenes[0], symbol: '=A1\tB' };
    expect(toTsv([odd], [column('symbol')]).split('\n')[1]).toBe(`'=A1 B\t${odd.geneId}`);
  });
});

describe('a gene the model does not read', () => {
  it('has no effect, no chance and no rank by the screen, and says why', () => {
    expect(written(unread, 'effect')).toBe('not read');
    for (const key of ['interval', 'fdr', 'pValue', 'nullPercentile', 'rankByModel', 'specificEffect'])
      expect(written(unread, key), key).toBe('–');
    expect(written(unread, 'rank')).toBe(String(unread.rank));
    expect(written(unread, 'rank', 'model')).toBe('–');
    expect(written(unread, 'rankByFoldChange')).toBe(String(unread.rankByFoldChange));
    expect(written(rankedGenes[0], 'rank', 'model')).toBe('1');
  });

  it('stands last whichever way its missing numbers are sorted, and can be left out', () => {
    const n = rankedGenes.filter(({ statistics }) => statistics?.cellsMoved === 0).length;
    expect(n).toBeGreaterThan(50);
    for (const down of [true, false])
      for (const key of ['effect', 'fdr', 'rankByModel'])
        expect(
          sortGenes(rankedGenes, key, down)
            .slice(-n)
            .every(({ statistics }) => statistics?.cellsMoved === 0),
        ).toBe(true);
    expect(filterGenes(rankedGenes, { ...noFilter, onlyRead: true })).toHaveLength(rankedGenes.length - n);
  });

  it('is told about in its details without an interval', () => {
    const detail = mountWith(GeneDetail, client, { props: { gene: unread, report: ranking.report, ranking: 'r' } });
    expect(detail.find('.interval').exists()).toBe(false);
    expect(detail.text()).toContain('By the screen it has no rank.');
    expect(detail.find('[data-number=fdr]').exists()).toBe(false);
    expect(detail.find('[data-number=rankByFoldChange]').exists()).toBe(true);
    detail.unmount();
  });
});

describe('details of a gene', () => {
  it('have every number in the groups of the table, with its meaning', () => {
    const detail = mountWith(GeneDetail, client, {
      props: { gene: rankedGenes[0], report: ranking.report, ranking: 'r' },
    });
    for (const key of ['specificEffect', 'countedPValue', 'rankRange', 'topShare', 'librarySize', 'nReplicates'])
      expect(detail.find(`[data-number=${key}]`).exists(), key).toBe(true);
    expect(detail.find('[data-number=rankRange] button').attributes('aria-label')).toContain('drawn anew 100 times');
    detail.unmount();
  });

  it('say where else an older ranking saw the gene lead', () => {
    const old = { ...rankedGenes[0], leads: null, stateReading: 'Moves towards Beta.' };
    const detail = mountWith(GeneDetail, client, { props: { gene: old, report: ranking.report, ranking: 'r' } });
    expect(detail.text()).toContain('Moves towards Beta.');
    detail.unmount();
  });
});
