// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { Component } from 'vue';
import en from '../../src/renderer/locales/en/index.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import PrepareWizard from '../../src/renderer/wizards/PrepareWizard.vue';
import TrainWizard from '../../src/renderer/wizards/TrainWizard.vue';
import WizardFrame from '../../src/renderer/wizards/WizardFrame.vue';
import { createFakeHost, type FakeOptions } from './fake-host.ts';
import { importedModel, importedTokens } from './fake-data.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

/** A wizard of a project that is loaded; `mountWith` sets up the stores, so an empty page goes first. */
async function wizardOf(component: Component, options: FakeOptions, loaded: () => void = () => undefined) {
  const host = createFakeHost({ isOpen: true, tickMs: 1, ...options });
  const shell = mountWith(
    { components: { Inner: component }, template: '<Inner v-if="ready" />', data: () => ({ ready: false }) },
    host.client,
  );
  await useProject().ensureLoaded();
  loaded();
  await shell.setData({ ready: true });
  await flushPromises();
  const next = async () => {
    await shell.find('form').trigger('submit');
    await flushPromises();
  };
  return { page: shell, next, host };
}

describe('training with an imported model', () => {
  it('explains why cells of another vocabulary do not do, and leads to preparing them', async () => {
    const { page } = await wizardOf(TrainWizard, { uses: 'model' });
    expect(page.text()).toContain('GeneCompass Base cannot read these cells');
    const link = page.findAll('a').find((one) => one.text().startsWith('Prepare cells for'));
    expect(link?.attributes('href')).toContain(`vocabulary=${importedTokens.vocabulary}`);
  });

  it('offers to teach the model where cells are prepared for it, and runs that alone', async () => {
    const { page, next, host } = await wizardOf(TrainWizard, { uses: 'model-and-cells' });
    expect(page.find('[role="radio"][aria-checked="true"]').text()).toContain(en.choices.way['fine-tune'].title);
    expect(page.text()).not.toContain('cannot read these cells');
    await next();
    expect(page.text()).toContain(en.wizards.train.skipped);
    await next();
    await next();
    expect(page.text()).toContain(`training finetune --model ${importedModel.id.slice(0, 12)}`);
    expect(page.text()).not.toContain('Model size');
    await next();
    await until(() => expect(host.jobs.list().map(({ kind }) => kind)).toEqual(['finetune']));
    expect(host.jobs.list()[0].input).toMatchObject({ model: importedModel.id, tokens: importedTokens.id });
    host.jobs.stop();
  });

  it('trains it further first where that is chosen', async () => {
    const { page, next, host } = await wizardOf(TrainWizard, { uses: 'model-and-cells' });
    await page.findAll('[role="radio"]')[1].trigger('click');
    await next();
    expect(page.text()).not.toContain('Model size');
    await next();
    await next();
    await next();
    await until(() => expect(host.jobs.list().map(({ kind }) => kind)).toEqual(['pretrain', 'finetune']));
    expect(host.jobs.list()[0].input).toMatchObject({ startFrom: importedModel.id });
    host.jobs.stop();
  });

  it('asks for no model where there is none to go on with', async () => {
    const { page } = await wizardOf(TrainWizard, { contents: 'imported' });
    expect(page.findAll('[role="radio"]')).toHaveLength(0);
  });
});

describe('preparing cells for an imported model', () => {
  it('takes the vocabulary of a model that came first, says why, and keeps to what the model reads', async () => {
    const { page, next } = await wizardOf(PrepareWizard, { contents: 'imported', uses: 'model' });
    await next();
    expect(page.text()).toContain('As GeneCompass Base reads them');
    expect(page.text()).toContain('A model knows every gene by a number.');
    expect(page.text()).not.toContain('Fewest cells per gene');
    await next();
    const { commands } = page.findComponent(WizardFrame).props() as { commands: readonly string[] };
    expect(commands[0]).toContain(`--vocabulary ${importedTokens.vocabulary.slice(0, 12)}`);
  });

  it('prepares for a new model where there is none', async () => {
    const { page, next } = await wizardOf(PrepareWizard, { contents: 'imported' });
    await next();
    expect(page.text()).not.toContain('A model knows every gene by a number.');
    await next();
    const { commands } = page.findComponent(WizardFrame).props() as { commands: readonly string[] };
    expect(commands[0]).not.toContain('--vocabulary');
  });

  it('takes the runs that the dataset names', async () => {
    const named = () => {
      const project = useProject();
      project.datasets = project.datasets.map((one) => ({ ...one, sampleColumn: 'embryo' }));
    };
    const commandOf = async (loaded?: () => void) => {
      const { page, next } = await wizardOf(PrepareWizard, { contents: 'imported' }, loaded);
      await next();
      await next();
      return (page.findComponent(WizardFrame).props() as { commands: readonly string[] }).commands[0];
    };
    expect(await commandOf(named)).toContain('--sample-column embryo');
    expect(await commandOf()).not.toContain('--sample-column');
  });
});
