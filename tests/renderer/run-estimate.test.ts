// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { RunEstimate as Estimate } from '#shared/domain/run-estimate.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import en from '../../src/renderer/locales/en/index.ts';
import RunEstimate from '../../src/renderer/wizards/RunEstimate.vue';
import { runEstimate } from './fake-estimate.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

const mounted = (ask: (signal: AbortSignal) => Promise<Estimate>) =>
  mountWith(RunEstimate, createFakeHost({ tickMs: 1 }).client, { props: { ask } });

describe('what a job takes, before it starts', () => {
  it('says that it is being found out, then time, memory, disk and passes', async () => {
    let answer = (_: Estimate) => {};
    const page = mounted(() => new Promise((resolve) => (answer = resolve)));
    expect(page.text()).toContain(en.estimate.asking);
    answer(runEstimate);
    await until(() => expect(page.text()).toContain('Time: 12 to 20 minutes on the processor.'));
    expect(page.text()).toContain('Memory: 1.1 GB. Disk: 40.0 MB.');
    expect(page.text()).toContain('3,472 to 5,560 passes through the model: 1,024 genes in 24 start cells.');
    expect(page.text()).toContain('16,370 passes, 50 to 83 minutes');
    expect(page.findAll('[role=status]')).toHaveLength(1);
  });

  it('warns where it does not fit, with what to do', async () => {
    const page = mounted(async () => ({ ...runEstimate, warnings: ['memory-now', 'disk'] }));
    await until(() => expect(page.text()).toContain('4.0 GB are free at the moment: close other programs'));
    expect(page.text()).toContain('It needs 40.0 MB of disk and 9.0 GB are free');
  });

  it('shows what the job would be refused for', async () => {
    const page = mounted(() => Promise.reject(new WorkbenchError('not-found', 'genes: none is left; choose others.')));
    await until(() => expect(page.text()).toContain('genes: none is left; choose others.'));
  });

  it('asks no longer once it is left', async () => {
    let heard: AbortSignal | null = null;
    const page = mounted((signal) => {
      heard = signal;
      return new Promise(() => {});
    });
    expect(heard!.aborted).toBe(false);
    page.unmount();
    expect(heard!.aborted).toBe(true);
  });
});
