// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import type { RunEstimate } from '#shared/domain/run-estimate.ts';
import en from '../../src/renderer/locales/en/index.ts';
import FasterWay from '../../src/renderer/wizards/FasterWay.vue';
import { runEstimate } from './fake-estimate.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });
const taking = (from: number, to: number): RunEstimate => ({ ...runEstimate, seconds: { from, to } });
const mounted = (exact: RunEstimate, ask: () => Promise<RunEstimate>) =>
  mountWith(FasterWay, createFakeHost({ tickMs: 1 }).client, { props: { exact, ask } });

describe('a faster way to a long screen', () => {
  it('is offered with both times, and taken with a button', async () => {
    const page = mounted(taking(3000, 4000), async () => taking(70, 100));
    await until(() => expect(page.text()).toContain('it takes 1 to 2 minutes in place of 50 to 67 minutes'));
    await page.get('button').trigger('click');
    expect(page.emitted('take')).toHaveLength(1);
  });

  it.each([
    ['is not looked for where the screen is short', taking(60, 100), taking(1, 2), false],
    ['is not offered where it gains little', taking(3000, 4000), taking(1100, 1400), true],
    ['is not offered where no time is known', taking(3000, 4000), { ...runEstimate, seconds: null }, true],
  ])('%s', async (_, exact, fast, asks) => {
    const ask = vi.fn(async () => fast);
    const page = mounted(exact, ask);
    await until(() => expect(ask).toHaveBeenCalledTimes(asks ? 1 : 0));
    await page.vm.$nextTick();
    expect(page.text()).not.toContain(en.wizards.screen.faster.take);
  });

  it('says nothing where it cannot be told', async () => {
    const page = mounted(taking(3000, 4000), () => Promise.reject(new Error('engine stopped')));
    await until(() => expect(page.text()).toBe(''));
  });
});
