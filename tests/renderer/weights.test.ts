// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS, type RankingWeights } from '#shared/domain/witness.ts';
import WeightPanel from '../../src/renderer/views/ranking/WeightPanel.vue';
import { ranking } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { rankedGenes } from './fake-ranked-genes.ts';
import { mountWith } from './mount.ts';

describe('weights of a ranking', () => {
  const panel = (weights: RankingWeights | null, genes = rankedGenes) => {
    const { client } = createFakeHost({ isOpen: true });
    return mountWith(WeightPanel, client, { props: { id: ranking.id, report: ranking.report, genes, weights } });
  };

  it('has a slider for each witness there is, and tells what the weights find', async () => {
    const view = panel(null);
    expect(view.findAll('[role="slider"]')).toHaveLength(0);
    await view.get('button.head').trigger('click');
    expect(view.findAll('[role="slider"]')).toHaveLength(5);
    expect(view.text()).toContain('as this ranking was made');
    expect(view.get('[role="status"]').text()).toMatch(/With these weights \d+ of 10 known regulators/);
    view.unmount();
  });

  it('hands on changed weights, and those of the ranking again', async () => {
    const view = panel({ ...DEFAULT_WEIGHTS, model: 0.25 });
    await view.get('button.head').trigger('click');
    expect(view.text()).toContain('0.25');
    await view.get('[role="slider"]').trigger('keydown', { key: 'ArrowRight', code: 'ArrowRight' });
    const [[raised]] = view.emitted<[RankingWeights]>('update:weights')!;
    expect(raised.model).toBeCloseTo(0.3, 9);
    await view
      .findAll('button')
      .find((button) => button.text() === 'As made')!
      .trigger('click');
    expect(view.emitted('update:weights')!.at(-1)).toEqual([null]);
    view.unmount();
  });

  it('is not shown for a ranking without points', async () => {
    const view = panel(
      null,
      rankedGenes.map((gene) => ({ ...gene, witnesses: {} })),
    );
    await flushPromises();
    expect(view.find('button').exists()).toBe(false);
    view.unmount();
  });
});
