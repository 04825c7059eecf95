// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { nextTick, type Component } from 'vue';
import en from '../../src/renderer/locales/en/index.ts';
import { useShortlist } from '../../src/renderer/state/shortlist.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import FollowUpView from '../../src/renderer/views/FollowUpView.vue';
import LookCloser from '../../src/renderer/views/follow-up/LookCloser.vue';
import { doseName, trendSentences } from '../../src/renderer/views/follow-up/dose-words.ts';
import CloserWizard from '../../src/renderer/wizards/CloserWizard.vue';
import * as data from './fake-data.ts';
import { followUpResult } from './fake-follow-up.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

const Chart = { props: ['option', 'height', 'label'], template: '<div class="chart">{{ label }}</div>' };

async function shown(component: Component, props: Record<string, unknown> = {}) {
  const host = createFakeHost({ isOpen: true, tickMs: 1 });
  const page = mountWith(
    {
      components: { Inner: component },
      template: '<Inner v-if="ready" v-bind="$attrs" />',
      data: () => ({ ready: false }),
    },
    host.client,
    { props, global: { stubs: { Chart } } },
  );
  await useProject().ensureLoaded();
  await page.setData({ ready: true });
  await flushPromises();
  return { page, host };
}
type Page = Awaited<ReturnType<typeof shown>>['page'];
const button = (page: Page, text: string) => page.findAll('button').find((one) => one.text().includes(text))!;

describe('a closer look', () => {
  it('shows every gene by series, and the curves of the one that is chosen', async () => {
    const { page } = await shown(FollowUpView);
    expect(page.text()).toContain('24 Ductal cells');
    expect(page.text()).toContain('Gm12345');
    const rows = page.findAll('tbody tr').map((row) => row.text());
    expect(rows.slice(0, 5).map((row) => followUpResult.genes.findIndex(({ symbol }) => row.includes(symbol)))).toEqual(
      [0, 1, 2, 3, 4],
    );
    expect(page.findAll('.chart')).toHaveLength(3);
    await button(page, 'Neurod1').trigger('click');
    expect(page.findAll('.chart')[0].text()).toContain('Neurod1');
    expect(page.text()).toContain('No trend with the dose is told apart from chance');
  });

  it('shows sets beside their sums, the surest first, and warns of responses', async () => {
    const { page } = await shown(FollowUpView);
    await button(page, en.closer.tabs.combinations).trigger('click');
    await nextTick();
    expect(page.findAll('tbody tr')[0].text()).toMatch(/synergy|redundancy/);
    expect(page.text()).toContain('Neurog3 + Pax4 + Isl1');
    await button(page, en.choices.combinations.mixed.title).trigger('click');
    await nextTick();
    expect(page.findAll('tbody tr')).toHaveLength(20);
    await button(page, en.closer.tabs.responses).trigger('click');
    await nextTick();
    expect(page.text()).toContain('not which genes this one regulates');
    expect(page.text()).toContain('2 of 9 known targets');
  });
});

describe('words of a dose series', () => {
  const t = (key: string, values?: Record<string, unknown>) => `${key} ${JSON.stringify(values ?? {})}`;
  const percent = (share: number) => `${Math.round(100 * share)} %`;

  it('names doses by their kind', () => {
    expect(doseName('raise', 0.9, t, percent)).toBe('90 %');
    expect(doseName('rank', 0, t, percent)).toContain('front');
    expect(doseName('rank', 0.25, t, percent)).toBe('75 %');
    expect(doseName('lower', 0, t, percent)).toContain('removed');
  });

  it('speaks of a trend only where one is told', () => {
    const [first] = followUpResult.series;
    expect(trendSentences(first, t, percent)[0]).toContain('closer.doses.trend');
    expect(trendSentences({ ...first, word: 'no-trend' }, t, percent)[0]).toContain('noTrend');
    expect(trendSentences({ ...first, fdr: null }, t, percent)[0]).toContain('untested');
  });
});

describe('from a ranking', () => {
  it('leads to the wizard with the gene on view, or with the ticked ones', async () => {
    const { page } = await shown(LookCloser, { screen: data.screen.id, picked: 'Pax4' });
    const link = () => page.find('a');
    expect(link().attributes('href')).toContain(`screen=${data.screen.id}`);
    expect(link().attributes('href')).toContain('genes=Pax4');
    const [first, second] = data.rankedGenes;
    useShortlist().choose([first, second]);
    await nextTick();
    expect(link().text()).toContain('2 ticked genes');
    expect(link().attributes('href')).toContain(`genes=${first.symbol},${second.symbol}`);
  });
});

describe('the wizard', () => {
  it('tells how many passes it takes before it starts, and starts', async () => {
    const { page, host } = await shown(CloserWizard);
    const next = async () => {
      await page.find('form').trigger('submit');
      await flushPromises();
    };
    await page.find('textarea').setValue('Neurog3 Pax4 Isl1');
    await next();
    expect(page.text()).toContain(en.wizards.closer.steps.tests.title);
    expect(page.text()).toMatch(/At most [\d,]+ passes/);
    await next();
    expect(page.text()).toContain('gcw follow-up run');
    await flushPromises();
    expect(page.text()).toContain('Time: 12 to 20 minutes');
    await next();
    await until(() => expect(host.jobs.list().map(({ kind }) => kind)).toEqual(['follow-up']));
    expect(host.jobs.list()[0].input).toMatchObject({ screen: data.screen.id });
    host.jobs.stop();
  });
});
