// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import type { Capabilities } from '#shared/contract/host.ts';
import type { Client } from '../../src/renderer/api/client.ts';
import { useHost } from '../../src/renderer/state/host.ts';
import { useNotices } from '../../src/renderer/state/notices.ts';
import { useExport } from '../../src/renderer/state/use-export.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const file = { fileName: 'genes.csv', mediaType: 'text/csv', content: 'gene\nPAX6\n' };

function exporter(client = createFakeHost({}).client) {
  const button = {
    setup() {
      const { saveFile } = useExport();
      return () => h('button', { onClick: () => saveFile(() => Promise.resolve(file)) });
    },
  };
  return mountWith(button, client);
}

afterEach(() => vi.restoreAllMocks());

describe('a file that is saved', () => {
  it('is a download where the host has no dialogs, and its name is told', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const page = exporter();
    await page.find('button').trigger('click');
    await flushPromises();
    expect(click).toHaveBeenCalledTimes(1);
    expect((click.mock.contexts[0] as HTMLAnchorElement).download).toBe('genes.csv');
    expect(useNotices().message).toBe('Saved: genes.csv');
  });

  it.each([
    ['/data/genes.csv', 'Saved: /data/genes.csv'],
    [null, null],
  ])('goes where the dialog of the host says: %s', async (path, message) => {
    const chooseFile = vi.fn().mockResolvedValue({ path });
    const save = vi.fn().mockResolvedValue({});
    const page = exporter({ host: { chooseFile, saveFile: save } } as unknown as Client);
    useHost().capabilities = { nativeDialogs: true } as Capabilities;
    await page.find('button').trigger('click');
    await flushPromises();
    expect(save.mock.calls.map(([input]) => input)).toEqual(
      path ? [{ path, encoding: 'utf8', content: file.content }] : [],
    );
    expect(useNotices().message).toBe(message);
  });
});
