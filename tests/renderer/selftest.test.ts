// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import SelfTest from '../../src/renderer/views/computer/SelfTest.vue';
import { createFakeHost, type FakeOptions } from './fake-host.ts';
import { mountWith } from './mount.ts';

async function tested(options: FakeOptions) {
  const page = mountWith(SelfTest, createFakeHost(options).client);
  await page.find('button').trigger('click');
  await flushPromises();
  return page;
}

describe('self test', () => {
  it('shows the largest difference of every group beside what is allowed', async () => {
    const page = await tested({});
    const rows = page.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()));
    expect(rows).toEqual([
      ['forward', '12', '3.1e-7', '1.0e-4', 'agrees'],
      ['gradients', '61', '0 of its size', '1.0e-3', 'agrees'],
    ]);
    expect(page.text()).toContain('Passed in 4.21 s');
    expect(page.text()).toContain('Not checked, since the reference numbers lack it: classifier.');
  });

  it('says which group differs and warns of every result', async () => {
    const page = await tested({ computesWrong: true });
    expect(page.find('[role="status"]').text()).toContain('do not use results of this installation');
    expect(page.find('tbody tr').text()).toContain('cls: 0.2 is more than 0.0001');
    expect(page.find('tbody tr').text()).toContain('differs');
  });
});
