// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import GeneChoice from '../../src/renderer/views/dataset/genes/GeneChoice.vue';
import GenesCard from '../../src/renderer/views/dataset/genes/GenesCard.vue';
import ImportAgain from '../../src/renderer/views/dataset/genes/ImportAgain.vue';
import { dataset } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

async function card(shown = dataset) {
  const host = createFakeHost({ isOpen: true, tickMs: 1 });
  const page = mountWith(GenesCard, host.client, { props: { dataset: shown } });
  await flushPromises();
  await flushPromises();
  return { page, host };
}

describe('names that may mean several genes', () => {
  it('are shown first, with their candidates, and left out until something is said', async () => {
    const { page } = await card();
    const all = page.findAllComponents(GeneChoice);
    expect(all).toHaveLength(25);
    expect(all.every((one) => one.props('choice') === null)).toBe(true);
    expect(all[0].props('row').candidates.map(({ symbol }) => symbol)).toEqual(['Rpl0', 'Rpl0-ps1']);
    expect(page.findComponent(ImportAgain).exists()).toBe(false);
  });

  it('are imported with what was chosen, as on the command line', async () => {
    const { page, host } = await card();
    const [first, second] = page.findAllComponents(GeneChoice);
    const [gene] = first.props('row').candidates;
    first.vm.$emit('choose', gene.id);
    second.vm.$emit('choose', second.props('row').candidates[1].id);
    await flushPromises();
    const { input } = first.props('row');
    expect(page.text()).toContain(`--gene-choices ${input}=${gene.id}`);
    expect(page.text()).toContain('2 choices made');
    second.vm.$emit('choose', null);
    await flushPromises();
    expect(page.text()).toContain('One choice made');
    const run = page.findAll('button').find((one) => one.text() === en.dataset.genes.again.run)!;
    await run.trigger('click');
    await flushPromises();
    const [job] = (await host.client.jobs.list({})).filter(({ kind }) => kind === 'import').slice(-1);
    expect(job.input).toMatchObject({ geneChoices: [`${input}=${gene.id}`] });
  });

  it('are imported with what was said of annotations since', async () => {
    const obsColumns = dataset.obsColumns.map((column) =>
      column.name === 'S_score'
        ? { ...column, privacy: 'restricted' as const, privacyReason: 'by-hand' as const }
        : column,
    );
    const { page } = await card({ ...dataset, obsColumns, donorColumn: null, batchColumn: 'embryo' });
    const [first] = page.findAllComponents(GeneChoice);
    first.vm.$emit('choose', first.props('row').candidates[0].id);
    await flushPromises();
    expect(page.text()).toContain('--column-privacy S_score=restricted');
    expect(page.text()).toContain('--batch-column embryo');
    expect(page.text()).not.toContain('--donor-column');
  });

  it('are forgotten', async () => {
    const { page } = await card();
    const [first] = page.findAllComponents(GeneChoice);
    first.vm.$emit('choose', first.props('row').candidates[0].id);
    await flushPromises();
    const forget = page.findAll('button').find((one) => one.text() === en.dataset.genes.again.forget)!;
    await forget.trigger('click');
    expect(page.findComponent(ImportAgain).exists()).toBe(false);
  });
});
