// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { QC_PROFILES } from '#shared/domain/qc-profiles.ts';
import { shareOf, ticksOf, valueAt } from '../../src/renderer/views/dataset/quality/thresholds.ts';
import QualityPanel from '../../src/renderer/views/dataset/quality/QualityPanel.vue';
import { rulesOfQuery } from '../../src/renderer/wizards/quality-query.ts';
import { dataset } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const linear = { scale: 'linear' as const, edges: [0, 0.1, 0.2, 0.3], counts: [1, 2, 3] };
const log = { scale: 'log' as const, edges: [2, 3, 4], counts: [1, 2] };

describe('limits on an axis', () => {
  it('go from value to place and back', () => {
    expect(shareOf(linear, 0.15)).toBeCloseTo(0.5, 12);
    expect(valueAt(linear, 0.5)).toBe(0.15);
    expect(shareOf(log, 1000)).toBe(0.5);
    expect(valueAt(log, 0.5)).toBe(1000);
  });

  it('are rounded to what a person would type, and end at the ends', () => {
    expect(valueAt(log, 0.61)).toBe(1700);
    expect(valueAt(linear, 0.3337)).toBe(0.1);
    expect([shareOf(linear, -1), shareOf(linear, 9), shareOf(log, 0)]).toEqual([0, 1, 0]);
  });

  it('have ticks at round values', () => {
    expect(ticksOf(linear).map(({ value }) => value)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
    expect(ticksOf(log).map(({ value }) => value)).toEqual([100, 200, 500, 1000, 2000, 5000, 10000]);
  });
});

describe('rules handed to the wizard', () => {
  it('are taken where the schema knows them and left out where not', () => {
    const rules = { maxMitoFraction: 0.2, minCounts: null };
    expect(
      rulesOfQuery(
        { dataset: 'a', profile: 'blood', rules: JSON.stringify(rules), sampleColumn: 'run', quality: 'q' },
        [{ id: 'a' }],
      ),
    ).toEqual({ dataset: 'a', profile: 'blood', rules, sampleColumn: 'run', quality: 'q' });
    expect(rulesOfQuery({ dataset: 'b', profile: 'moon', rules: '{"maxMitoFraction":7}' }, [{ id: 'a' }])).toEqual({});
    expect(rulesOfQuery({ rules: 'no json' }, [])).toEqual({});
  });
});

describe('the quality page', () => {
  const mounted = async () => {
    const { client } = createFakeHost({ isOpen: true });
    const page = mountWith(QualityPanel, client, { props: { dataset } });
    await flushPromises();
    const kept = async () => {
      await flushPromises();
      return Number(/([\d,]+) of/.exec(page.get('.big').text())![1].replace(',', ''));
    };
    const slider = (name: string) => page.get(`[role=slider][aria-label="${name}"]`);
    return { page, kept, slider, client };
  };

  it('says at once how many cells a limit moved with the keyboard keeps, the same number the host counts', async () => {
    const { kept, slider, client } = await mounted();
    const before = await kept();
    const mito = slider('Highest mitochondrial share');
    expect(mito.attributes('aria-valuetext')).toBe('off');
    for (let i = 0; i < 17; i++) await mito.trigger('keydown', { key: 'PageDown' });
    const text = mito.attributes('aria-valuetext')!;
    const maxMitoFraction = Number(text.replace('%', '')) / 100;
    const after = await kept();
    expect(after).toBeLessThan(before);
    const told = await client.dataset.qualityCounts({ rules: { maxMitoFraction } });
    expect(Math.abs(after - told.nKept)).toBeLessThanOrEqual(3);
    await mito.trigger('keydown', { key: 'Delete' });
    expect(await kept()).toBe(before);
  });

  it('shows every measure as a chart with a name and, when asked, as a table', async () => {
    const { page } = await mounted();
    expect(page.findAll('svg.bars')).toHaveLength(8);
    const labels = page.findAll('svg.bars').map((chart) => chart.attributes('aria-label'));
    expect(labels.every((label) => /cells/.test(label ?? ''))).toBe(true);
    await page
      .findAll('button')
      .find((button) => button.text() === 'Show as table')!
      .trigger('click');
    expect(page.findAll('svg.bars')).toHaveLength(0);
    expect(page.text()).toMatch(/0% to [\d.]+%/);
  });

  it('names donors that dominate a state, and gives the reasons and sources of a set of rules', async () => {
    const { page } = await mounted();
    expect(page.text()).toContain('E2 holds');
    expect(page.text()).toContain(QC_PROFILES.published.text);
    expect(page.text()).toContain(QC_PROFILES.published.sources[0]);
  });

  it('lists the samples by how much may come from other cells, and those it cannot tell', async () => {
    const { page } = await mounted();
    const rows = page.findAll('tr').map((row) => row.text());
    const at = (text: RegExp) => rows.findIndex((row) => text.test(row));
    expect(at(/^Sample 2.*11\.2%.*8\.4% – 15\.1%/)).toBeGreaterThan(0);
    expect(at(/^Sample 1.*4\.8%/)).toBe(at(/^Sample 2/) + 1);
    expect(at(/^Sample 3.*Too few states/)).toBe(at(/^Sample 2/) + 2);
  });

  it('offers the gap between simulated doublets as a limit', async () => {
    const { page, kept, slider } = await mounted();
    const before = await kept();
    await page
      .findAll('button')
      .find((button) => button.text() === 'Mask above 0.31')!
      .trigger('click');
    expect(slider('Highest doublet score').attributes('aria-valuetext')).toBe('0.31');
    expect(await kept()).toBeLessThan(before);
  });
});

describe('a dataset that was not checked', () => {
  it('teaches what a check does and starts one', async () => {
    const { client, jobs } = createFakeHost({ isOpen: true, contents: 'imported' });
    const page = mountWith(QualityPanel, client, { props: { dataset } });
    await flushPromises();
    expect(page.text()).toContain('Nothing is deleted');
    await page
      .findAll('button')
      .find((button) => button.text() === 'Check the cells')!
      .trigger('click');
    await flushPromises();
    expect(jobs.list().map(({ kind }) => kind)).toEqual(['quality']);
  });
});
