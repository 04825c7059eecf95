// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import { PlateConfig } from '#shared/domain/plate.ts';
import { planPlates } from '#shared/plate/plan-plates.ts';
import { useShortlist } from '../../src/renderer/state/shortlist.ts';
import PlatePicture from '../../src/renderer/views/ranking/plates/PlatePicture.vue';
import PlatePlanner from '../../src/renderer/views/ranking/plates/PlatePlanner.vue';
import { rankedGenes, ranking } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

afterEach(() => (document.body.innerHTML = ''));

const plan = planPlates([{ geneId: 'ENSG1', symbol: 'GATA1' }], PlateConfig.parse({ wells: '6', negativeWells: 1 }));

describe('the picture of a plate', () => {
  it('says what every well holds and is walked with arrow keys', async () => {
    const view = mountWith(PlatePicture, createFakeHost({ isOpen: true }).client, { props: { plan, plate: 0 } });
    const cells = view.findAll('[role="gridcell"]');
    expect(cells).toHaveLength(6);
    const labels = cells.map((cell) => cell.attributes('aria-label'));
    expect(labels.filter((label) => /GATA1, replicate \d/.test(label!))).toHaveLength(3);
    expect(labels.filter((label) => /negative control/.test(label!))).toHaveLength(1);
    expect(view.findAll('[tabindex="0"]')).toHaveLength(1);
    await view.find('svg').trigger('keydown', { key: 'ArrowRight' });
    await view.find('svg').trigger('keydown', { key: 'ArrowDown' });
    expect(view.find('[tabindex="0"]').attributes('aria-label')).toMatch(/^B02/);
  });
});

describe('the plate planner', () => {
  it('begins with the first genes and keeps them in the project', async () => {
    const { client } = createFakeHost({ isOpen: true });
    const view = mountWith(PlatePlanner, client, { props: { id: ranking.id, genes: rankedGenes } });
    await useShortlist().load(ranking.id);
    await view.find('button').trigger('click');
    await useShortlist().settled();
    await flushPromises();
    expect((await client.ranking.shortlist({ ranking: ranking.id })).genes).toHaveLength(24);
    expect(view.findAll('[role="gridcell"]')).toHaveLength(96);
  });

  it('tells that controls leave no room, and keeps the last that did', async () => {
    const { client } = createFakeHost({ isOpen: true });
    const view = mountWith(PlatePlanner, client, { props: { id: ranking.id, genes: rankedGenes } });
    const shortlist = useShortlist();
    await shortlist.load(ranking.id);
    shortlist.choose(rankedGenes.slice(0, 2));
    const fits = (config: PlateConfig) => Number(config.wells) > config.negativeWells;
    shortlist.lay({ wells: '12' }, fits);
    shortlist.lay({ negativeWells: 12 }, fits);
    await shortlist.settled();
    await flushPromises();
    expect(view.text()).toContain('12 controls leave no well for a gene');
    expect((await client.ranking.shortlist({ ranking: ranking.id })).plates).toMatchObject({
      wells: '12',
      negativeWells: 4,
    });
  });
});
