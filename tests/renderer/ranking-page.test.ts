// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useRouter } from 'vue-router';
import type { FileInspection } from '#shared/domain/dataset.ts';
import { RankingReport } from '#shared/domain/ranking.ts';
import en from '../../src/renderer/locales/en/index.ts';
import { formatEffect } from '../../src/renderer/parts/format.ts';
import RankingView from '../../src/renderer/views/RankingView.vue';
import RankedTable from '../../src/renderer/views/ranking/RankedTable.vue';
import RankingSummary from '../../src/renderer/views/ranking/RankingSummary.vue';
import RecallTable from '../../src/renderer/views/ranking/RecallTable.vue';
import InspectionCard from '../../src/renderer/wizards/InspectionCard.vue';
import { rankedGenes, ranking } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { inspection } from './fake-inspection.ts';
import { mountWith } from './mount.ts';

const { client } = createFakeHost({ isOpen: true });

describe('a ranking in short', () => {
  it('names its first genes, each a way to what is known of it', async () => {
    const page = mountWith(RankingSummary, client, {
      props: { report: ranking.report, genes: rankedGenes, picked: rankedGenes[1].geneId },
    });
    const buttons = page.findAll('.first button');
    expect(buttons.map((button) => button.text())).toEqual(rankedGenes.slice(0, 5).map(({ symbol }) => symbol));
    expect(buttons.map((button) => button.attributes('aria-pressed'))).toEqual(
      [0, 1, 2, 3, 4].map((i) => String(i === 1)),
    );
    await buttons[2].trigger('click');
    expect(page.emitted('pick')).toEqual([[rankedGenes[2]]]);
    page.unmount();
  });

  it('shows the best orders, its own and that of the model, and all when asked', async () => {
    const methods = [
      'combined',
      'fold-change',
      't-statistic',
      'linear-screen',
      'expression',
      'model',
      'random',
    ] as const;
    const recall = methods.map((method, i) => ({ method, at10: 7 - i, at20: 7 - i, at50: 7 - i, known: 8 }));
    const report = RankingReport.parse({ ...ranking.report, recall, leader: 'expression' });
    const page = mountWith(RecallTable, client, { props: { report } });
    const names = () =>
      page
        .findAll('tbody tr:not(.muted) td:first-child')
        .map((cell) => cell.text().replace(en.ranking.recall.order, ''));
    expect(names().map((name) => name.trim())).toEqual(
      (['combined', 'fold-change', 't-statistic', 'linear-screen', 'expression', 'model'] as const).map(
        (method) => en.ranking.methods[method],
      ),
    );
    await page.find('button[aria-expanded]').trigger('click');
    expect(names()).toHaveLength(methods.length);
    page.unmount();
  });
});

describe('the ranked table', () => {
  it('says so when no gene passes the filters, and takes them off', async () => {
    const page = mountWith(RankedTable, client, {
      props: { genes: rankedGenes, leader: 'model', picked: null },
    });
    await page.find('input[type="text"]').setValue('zzz');
    expect(page.text()).toContain(en.ranking.table.noneShown);
    await page
      .findAll('button')
      .find((button) => button.text() === en.ranking.table.clearFilters)!
      .trigger('click');
    expect(page.text()).not.toContain(en.ranking.table.noneShown);
    page.unmount();
  });

  it('has one tick that the Tab key reaches, that of the picked gene', async () => {
    const page = mountWith(RankedTable, client, {
      props: { genes: rankedGenes, leader: 'model', picked: rankedGenes[0] },
    });
    await flushPromises();
    const ticks = page.findAll('[role="row"] [role="checkbox"]');
    expect(
      ticks.filter((tick) => tick.attributes('tabindex') === '0').map((tick) => tick.attributes('aria-label')),
    ).toEqual([`Put ${rankedGenes[0].symbol} on the plate`]);
    page.unmount();
  });

  it('says why where no gene was ranked at all', () => {
    const page = mountWith(RankedTable, client, { props: { genes: [], leader: 'model', picked: null } });
    expect(page.text()).toContain(en.ranking.table.noGenes);
    page.unmount();
  });
});

it.each([
  [0, '0.0000'],
  [0.0123456, '+0.0123'],
  [-0.000453, '−0.000453'],
  [0.000137, '+0.000137'],
  [-5.812e-5, '−5.81e−5'],
])('the effect %d is written %s', (value, text) => {
  expect(formatEffect(value)).toBe(text);
});

it('a ranking that is gone is said to be gone, with a way back and without a dialog', async () => {
  const page = mountWith(
    {
      components: { RankingView },
      setup: () => ({ router: useRouter() }),
      template: '<RankingView v-if="router.currentRoute.value.params.id" />',
    },
    createFakeHost({ isOpen: true, noRankings: true }).client,
  );
  const { router } = page.vm as unknown as { router: ReturnType<typeof useRouter> };
  await router.push({ name: 'ranking', params: { id: 'f'.repeat(64) } });
  await flushPromises();
  expect(page.text()).toContain(en.app.notFound);
  expect(page.find('a').attributes('href')).toContain('/project');
  expect(document.querySelector('[role="alertdialog"]')).toBeNull();
  page.unmount();
});

it('what is wrong with one of several samples is said once, beside it', () => {
  const sample = {
    path: '/data/one.h5ad',
    name: 'one',
    format: inspection.format,
    description: 'AnnData h5ad',
    nCells: 3,
    nGenes: 2,
    species: null,
    matrix: 'X',
    error: null,
    warnings: ['The species cannot be told.'],
  };
  const several: FileInspection = {
    ...inspection,
    samples: [
      { ...sample, name: 'one' },
      { ...sample, name: 'two', warnings: [] },
    ],
    warnings: ['one: The species cannot be told.', 'Both seem to be the same cells.'],
  };
  const page = mountWith(InspectionCard, client, {
    props: { inspection: several, names: undefined, takesBoth: false },
  });
  expect(page.findAll('.v-alert').map((alert) => alert.text())).toEqual(['Both seem to be the same cells.']);
  expect(page.text().match(/cannot be told/g)).toHaveLength(1);
  page.unmount();
});
