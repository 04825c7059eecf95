// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import { nextStep } from '../../src/renderer/state/next-step.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import ImportWizard from '../../src/renderer/wizards/ImportWizard.vue';
import TokenFolderForm from '../../src/renderer/wizards/TokenFolderForm.vue';
import SchemaForm from '../../src/renderer/forms/SchemaForm.vue';
import { importedModel } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

async function importOf(path: string) {
  const host = createFakeHost({ isOpen: true, tickMs: 1, uses: 'model' });
  const page = mountWith(
    { components: { ImportWizard }, template: '<ImportWizard v-if="ready" />', data: () => ({ ready: false }) },
    host.client,
  );
  await useProject().ensureLoaded();
  await page.setData({ ready: true });
  page.findComponent(SchemaForm).vm.$emit('set', 'input', [path]);
  await flushPromises();
  await flushPromises();
  return { page, host };
}

describe('a folder of prepared cells in the import', () => {
  it('is told, asks for its vocabulary, and is imported from there', async () => {
    const { page, host } = await importOf('/data/blood.dataset');
    expect(page.text()).toContain('GeneCompass tokens, 2 files, 50,000 cells');
    expect(page.find('button[type="submit"]').exists()).toBe(false);
    expect(page.findAll('nav button').map((step) => step.text())).toEqual([expect.stringContaining('Files')]);
    const button = page.findAll('button').find((one) => one.text() === en.wizards.import.tokenFolder.run)!;
    expect(button.attributes('disabled')).toBeDefined();
    const form = page.findComponent(TokenFolderForm).findComponent(SchemaForm);
    form.vm.$emit('set', 'vocabulary', importedModel.imported!.vocabulary);
    await flushPromises();
    expect(button.attributes('disabled')).toBeUndefined();
    await button.trigger('click');
    await flushPromises();
    const jobs = await host.client.jobs.list({});
    expect(jobs.some(({ kind }) => kind === 'import-tokens')).toBe(true);
  });

  it('is not looked for where cells with counts were found, and what is neither is refused as before', async () => {
    const found = await importOf('/data/pancreas.h5ad');
    expect(found.page.findComponent(TokenFolderForm).exists()).toBe(false);
    const other = await importOf('/data/notes.txt');
    expect(other.page.findComponent(TokenFolderForm).exists()).toBe(false);
    expect(other.page.text()).toContain('not an AnnData or 10x file');
  });

  it('is waited for like any import', () => {
    const none = { datasets: 0, tokens: 0, finetuned: 0, screens: 0, rankings: 0 };
    expect(nextStep({ ...none, activeJobs: ['import-tokens'] })).toEqual({ kind: 'wait', job: 'import-tokens' });
  });
});
