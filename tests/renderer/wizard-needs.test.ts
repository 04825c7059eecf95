// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useRouter } from 'vue-router';
import en from '../../src/renderer/locales/en/index.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import WizardView from '../../src/renderer/wizards/WizardView.vue';
import { createFakeHost, type FakeOptions } from './fake-host.ts';
import { mountWith } from './mount.ts';

async function open(wizard: string, contents: FakeOptions['contents']) {
  const page = mountWith(
    {
      components: { WizardView },
      setup: () => ({ router: useRouter(), project: useProject() }),
      template: '<WizardView />',
    },
    createFakeHost({ isOpen: true, contents }).client,
  );
  const { router, project } = page.vm as unknown as {
    router: ReturnType<typeof useRouter>;
    project: ReturnType<typeof useProject>;
  };
  await router.push({ name: 'wizard', params: { wizard } });
  await project.ensureLoaded();
  await flushPromises();
  return page;
}

describe('a wizard', () => {
  it.each([
    ['prepare', 'empty', 'import'],
    ['train', 'empty', 'import'],
    ['train', 'imported', 'prepare'],
    ['screen', 'imported', 'prepare'],
    ['rank', 'imported', 'screen'],
    ['closer', 'empty', 'screen'],
  ] as const)(
    '%s in a project that is %s says that there must be something from %s first',
    async (wizard, contents, first) => {
      const page = await open(wizard, contents);
      expect(page.find('form').exists()).toBe(false);
      expect(page.text()).toContain(en.wizards.needs[first]);
      expect(page.find('a').attributes('href')).toBe(`/new/${first}`);
      page.unmount();
    },
  );

  it.each([
    ['import', 'empty'],
    ['prepare', 'imported'],
    ['rank', 'finished'],
  ] as const)('%s asks its questions in a project that is %s', async (wizard, contents) => {
    const page = await open(wizard, contents);
    expect(page.find('form').exists()).toBe(true);
    page.unmount();
  });
});
