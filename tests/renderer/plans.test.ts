// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import ComputerView from '../../src/renderer/views/computer/ComputerView.vue';
import { planFor, planTime, presetOf } from '../../src/renderer/views/computer/plans.ts';
import SizeEstimate from '../../src/renderer/wizards/SizeEstimate.vue';
import { createFakeHost } from './fake-host.ts';
import { libraryModel } from './fake-library.ts';
import { plans } from './fake-machine.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

const wanted = { preset: 'small', mode: 'training', nGenes: 300, device: 'auto' } as const;

describe('plans of this computer', () => {
  it('speaks of the next longer length, on the fastest device with room', () => {
    expect(planFor(plans, wanted)).toMatchObject({ device: 'cpu', nGenes: 512 });
    expect(planFor(plans, { ...wanted, nGenes: 4000 })?.nGenes).toBe(2048);
    expect(planFor(plans, { ...wanted, device: 'tfjs' })?.device).toBe('tfjs');
    expect(planFor(plans, { ...wanted, device: 'cuda' })).toBeNull();
  });

  it('takes a slower device with room over a faster one without', () => {
    const [cpu] = plans.filter((plan) => plan.device === 'cpu' && plan.preset === 'small');
    const full = { ...cpu, fits: false, cellsPerMinute: null, batchSize: 0 };
    const slow = { ...cpu, device: 'tfjs' as const, cellsPerMinute: 1 };
    expect(planFor([full, slow], { ...wanted, mode: cpu.mode, nGenes: cpu.nGenes })?.device).toBe('tfjs');
  });

  it('knows the published size and no other', () => {
    expect(presetOf(libraryModel.config)).toBe('base');
    expect(presetOf({ ...libraryModel.config, nLayers: 11 })).toBeNull();
  });

  it('foretells the time of all cells', () => {
    const [plan] = plans;
    expect(planTime({ ...plan, cellsPerMinute: 100 }, 300, 2)).toBe(6 * 60_000);
    expect(planTime({ ...plan, cellsPerMinute: null }, 300, 2)).toBeNull();
  });
});

describe('page of this computer', () => {
  it('offers the check, then shows verdicts and what fits', async () => {
    const page = mountWith(ComputerView, createFakeHost({ tickMs: 1 }).client);
    await flushPromises();
    expect(page.text()).toContain(en.computer.notChecked);
    expect(page.find('table').exists()).toBe(false);
    await page.find('button').trigger('click');
    await until(() => expect(page.find('table').exists()).toBe(true));
    expect(page.text()).toContain('no graphics card with a driver was found');
    expect(page.text()).toContain('Does not fit: one cell alone needs');
  });
});

describe('estimate beside the model size', () => {
  const estimate = (size: object, isChecked = true) =>
    mountWith(SizeEstimate, createFakeHost({ tickMs: 1, isChecked }).client, {
      props: { preset: 'small', nGenes: 512, nCells: 3638, epochs: 1, batchSize: 16, device: 'auto', ...size },
    });

  it('says how long it takes', async () => {
    const page = estimate({});
    await until(() => expect(page.text()).toMatch(/takes about \d+ (h|min)/));
  });

  it('warns where there is no room, or only for fewer cells at once', async () => {
    const base = estimate({ preset: 'base', nGenes: 2048 });
    await until(() => expect(base.text()).toContain('does not fit on this computer'));
    const given = estimate({ preset: 'base', nGenes: 2048, given: true });
    await until(() => expect(given.text()).toContain('train a part of it'));
    const tight = estimate({ nGenes: 2048 });
    await until(() => expect(tight.text()).toContain('lower the batch size to 4'));
    const low = estimate({ nGenes: 2048, batchSize: 4 });
    await until(() => expect(low.text()).toContain('takes about'));
    expect(low.text()).not.toContain('lower the batch size');
  });

  it('offers the check where nothing is known', async () => {
    const page = estimate({}, false);
    await until(() => expect(page.text()).toContain(en.computer.plan.unknown));
    await page.find('button').trigger('click');
    await until(() => expect(page.text()).toContain('takes about'));
  });
});
