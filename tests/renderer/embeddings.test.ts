// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import EmbeddingsCard from '../../src/renderer/views/model/EmbeddingsCard.vue';
import { importedModel, models } from './fake-data.ts';
import { createFakeHost, type FakeOptions } from './fake-host.ts';
import { mountWith } from './mount.ts';

async function cardOf(model: (typeof models)[number] | typeof importedModel, options: FakeOptions = {}) {
  const shell = mountWith(
    {
      components: { EmbeddingsCard },
      template: '<EmbeddingsCard v-if="ready" :model="model" />',
      data: () => ({ ready: false, model }),
    },
    createFakeHost({ isOpen: true, tickMs: 1, ...options }).client,
  );
  await useProject().ensureLoaded();
  await shell.setData({ ready: true });
  await flushPromises();
  return shell;
}

describe('embeddings of a model', () => {
  it('lists those of this model with what they hold', async () => {
    const card = await cardOf(models[1]);
    expect(card.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))).toEqual([
      [en.choices.pooling.mean, '3,638', '1,204', '96', en.model.embeddings.save],
    ]);
  });

  it('says that nothing is embedded yet, and offers to', async () => {
    const card = await cardOf(models[0]);
    expect(card.text()).toContain(en.model.embeddings.none);
    expect(card.find('button').text()).toBe(en.model.embeddings.run);
  });

  it('asks for cells where the model can read none', async () => {
    const card = await cardOf(importedModel, { uses: 'model' });
    expect(card.text()).toContain(en.model.embeddings.noCells);
    expect(card.find('button').exists()).toBe(false);
  });
});
