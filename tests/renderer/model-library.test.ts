// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import { useModelImport } from '../../src/renderer/state/model-import.ts';
import { useModelLibrary } from '../../src/renderer/state/model-library.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import ImportModelView from '../../src/renderer/views/library/ImportModelView.vue';
import LibraryModelView from '../../src/renderer/views/library/LibraryModelView.vue';
import LibraryView from '../../src/renderer/views/library/LibraryView.vue';
import { findingsOf } from '../../src/renderer/views/library/findings.ts';
import { createFakeHost, type FakeOptions } from './fake-host.ts';
import { bareCheckpoint, checkpoint, libraryModel } from './fake-library.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

/** A busy machine is given time. */
const host = (options: FakeOptions = {}) => createFakeHost({ tickMs: 1, ...options }).client;
const button = (page: ReturnType<typeof mountWith>, name: string) =>
  page.findAll('button, a').find((one) => one.text() === name || one.attributes('aria-label') === name)!;
/** A dialog is drawn outside of the component that opens it. */
const inDialog = (name: string) =>
  [...document.querySelectorAll<HTMLElement>('.v-overlay__content button')].find((one) => one.textContent === name)!;

describe('what a checkpoint folder holds', () => {
  it('is all good for the published Base with everything beside it', () => {
    const findings = findingsOf(checkpoint);
    expect(findings.map(({ level }) => level)).toEqual(findings.map(() => 'good'));
    expect(findings.find(({ id }) => id === 'homologs')?.values).toEqual({ n: 17_465 });
  });

  it('tells what cannot be done from what only differs', () => {
    const levels = Object.fromEntries(findingsOf(bareCheckpoint).map(({ id, level }) => [id, level]));
    expect(levels).toEqual({
      counts: 'note',
      heads: 'good',
      layout: 'good',
      tokens: 'missing',
      homologs: 'note',
      medians: 'note',
      priors: 'note',
    });
  });

  it('has words for every state', () => {
    const texts = en.library.findings as Record<string, Record<string, string>>;
    for (const report of [checkpoint, bareCheckpoint, { ...checkpoint, heads: { kind: 'none' as const } }])
      for (const { id, state } of findingsOf(report)) expect(texts[id][state], `${id}.${state}`).toBeTruthy();
  });
});

describe('import of a model', () => {
  async function choose(folder: string, options: FakeOptions = {}) {
    const page = mountWith(ImportModelView, host({ isLibraryEmpty: true, ...options }));
    await page.find('input').setValue(folder);
    await flushPromises();
    return page;
  }

  it('shows what was found and the licence before anything starts', async () => {
    const page = await choose('/data/base');
    expect(page.text()).toContain('326,847,102');
    expect(page.text()).toContain('human_mouse_tokens.pickle');
    expect(page.text()).toContain(en.library.licence);
    expect(useModelImport().running).toBe(false);
  });

  it('names what is missing, what was refused and why', async () => {
    const page = await choose('/data/bare');
    expect(page.text()).toContain(en.library.findings.tokens.missing);
    expect(page.text()).toContain('only plain data is read');
  });

  it('refuses a harmful file with the reason and the next step, and offers no import', async () => {
    const page = await choose('/data/broken');
    expect(page.find('.v-alert').text()).toContain('posix.system');
    expect(page.find('.v-alert').text()).toContain(en.library.import.advice);
    expect(button(page, 'Import').attributes('disabled')).toBeDefined();
  });

  it('imports, shows the card and offers the next step', async () => {
    const page = await choose('/data/base');
    await page.find('form').trigger('submit');
    await until(() => expect(page.text()).toContain('GeneCompass Base is imported.'));
    expect(page.text()).toContain(en.library.next.needsProject);
    expect(useModelLibrary().entries.map(({ title }) => title)).toEqual(['GeneCompass Base']);
  });

  it('goes on while one looks at another page, and can be stopped', async () => {
    const page = await choose('/data/base', { tickMs: 30 });
    const work = useModelImport();
    await page.find('form').trigger('submit');
    await until(() => expect(work.progress?.total).toBe(1152));
    page.unmount();
    expect(work.running).toBe(true);
    work.stop();
    await until(() => expect(work.running).toBe(false));
    expect(work.result).toBeNull();
    expect(work.failure).toBeNull();
  });

  it('drops an answer about a folder that was left meanwhile', async () => {
    const page = await choose('/data/base');
    const work = useModelImport();
    await Promise.all([work.inspect('/data/bare'), work.inspect('/data/base')]);
    expect(work.report?.fileName).toBe(checkpoint.fileName);
    page.unmount();
  });
});

describe('imported models', () => {
  it('teaches what to do where there are none', async () => {
    const page = mountWith(LibraryView, host({ isLibraryEmpty: true }));
    await flushPromises();
    expect(page.text()).toContain(en.library.empty.title);
    expect(button(page, en.library.import.title)).toBeDefined();
  });

  it('takes a model into the open project', async () => {
    const page = mountWith(LibraryView, host({ isOpen: true }));
    await useProject().ensureLoaded();
    await flushPromises();
    await button(page, en.library.use.action).trigger('click');
    await until(() => expect(useProject().models.at(-1)?.imported?.model).toBe(libraryModel.id));
    await flushPromises();
    expect(page.find('.v-chip').text()).toBe(en.library.tile.used);
  });

  it('says what then no longer works before a model is removed', async () => {
    const page = mountWith(LibraryView, host({ isOpen: true, uses: 'model' }));
    await useProject().ensureLoaded();
    await flushPromises();
    await button(page, 'Remove GeneCompass Base').trigger('click');
    await flushPromises();
    expect(document.body.textContent).toContain('cannot run it until it is imported again');
    expect(document.body.textContent).toContain('Pancreas fate uses it.');
    expect(useModelLibrary().entries).toHaveLength(1);
    inDialog(en.library.remove.action).click();
    await until(() => expect(page.text()).toContain(en.library.empty.title));
  });

  it('shows hashes, checks the files and says that they are whole', async () => {
    const page = mountWith(LibraryModelView, host());
    await page.vm.$router.push({ name: 'library-model', params: { id: libraryModel.id } });
    await until(() => expect(page.text()).toContain(libraryModel.files[0].sha256));
    await button(page, en.library.verify.action).trigger('click');
    await until(() => expect(page.text()).toContain(en.library.verify.intact));
  });

  it('says so where a model is no longer there', async () => {
    const page = mountWith(LibraryModelView, host({ isLibraryEmpty: true }));
    await page.vm.$router.push({ name: 'library-model', params: { id: libraryModel.id } });
    await until(() => expect(page.find('[role="alert"]').exists()).toBe(true));
    expect(button(page, en.library.card.toLibrary)).toBeDefined();
  });
});
