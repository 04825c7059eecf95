// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import en from '../../src/renderer/locales/en/index.ts';
import { auditLines, findLines } from '../../src/renderer/views/project/audit-lines.ts';
import AuditView from '../../src/renderer/views/project/AuditView.vue';
import DeleteArtifact from '../../src/renderer/views/project/DeleteArtifact.vue';
import { groupsOf } from '../../src/renderer/views/project/dependent-groups.ts';
import { dataset, IDS, manifests } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { auditLog, fakeDependents } from './fake-record.ts';
import { mountWith } from './mount.ts';

const titles = new Map(manifests.map(({ id, title }) => [id as string, title]));

describe('the audit log as lines', () => {
  const lines = auditLines(auditLog.entries, titles);

  it('has the newest first, with the name of what is still there, of what is gone, or its id', () => {
    expect(lines.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(lines.map(({ about }) => about)).toEqual([
      'Labels of spleen',
      titles.get(IDS.ranking),
      titles.get(IDS.dataset),
      'Pancreas, E15.5',
      '',
    ]);
    expect(auditLines(auditLog.entries, new Map())[1].about).toBe(IDS.ranking.slice(0, 12));
    expect(lines[1].what).toBe('Ranking exported as pdf');
  });

  it.each([
    ['SPLEEN', [5]],
    ['  reference ', [5]],
    ['amelie', [5, 4, 3, 2, 1]],
    ['nothing of it', []],
  ])('finds %s', (text, found) => {
    expect(findLines(lines, text).map(({ seq }) => seq)).toEqual(found);
  });
});

describe('the page of the audit log', () => {
  const open = async (audit = auditLog) => {
    const page = mountWith(AuditView, createFakeHost({ isOpen: true, audit }).client);
    await flushPromises();
    return page;
  };

  it('says that it is whole, and what was done why', async () => {
    const page = await open();
    expect(page.text()).toContain(en.project.log.intact);
    const first = page.findAll('tbody tr')[0];
    expect(first.text()).toContain('Labels deleted');
    expect(first.text()).toContain('wrong reference');
  });

  it('says where it was changed, and marks what cannot be trusted', async () => {
    const page = await open({ ...auditLog, intact: false, brokenAt: 4, clockSetBackAt: [2, 3] });
    expect(page.find('[role="alert"]').text()).toContain('at entry 4');
    expect(page.text()).toContain('before entries 2, 3');
    expect(page.findAll('tbody tr.doubtful')).toHaveLength(2);
  });

  it('says so when nothing is found', async () => {
    const page = await open();
    await page.find('input').setValue('zebrafish');
    expect(page.text()).toContain('No entry holds “zebrafish”.');
    expect(page.find('tbody').exists()).toBe(false);
  });
});

describe('what hangs on an artifact', () => {
  it('is named kind by kind, the first few of each', () => {
    const screens = ['a', 'b', 'a', 'c', 'd', 'e'].map((title) => ({ kind: 'screen' as const, title }));
    expect(groupsOf([...screens, { kind: 'model', title: 'm' }])).toEqual([
      { kind: 'model', nAll: 1, titles: ['m'], nMore: 0 },
      { kind: 'screen', nAll: 6, titles: ['a', 'b', 'c', 'd'], nMore: 1 },
    ]);
  });

  it('goes along only when that is said, and the page is left', async () => {
    const asked: unknown[] = [];
    const { client } = createFakeHost({ isOpen: true, onDelete: (what) => asked.push(what) });
    const page = mountWith(DeleteArtifact, client, { props: { id: IDS.dataset, title: dataset.name } });
    await page.find('button').trigger('click');
    await flushPromises();
    const dialog = document.querySelector<HTMLElement>('[role="alertdialog"]')!;
    expect(dialog.textContent).toContain(en.project.remove.needed);
    expect(dialog.textContent).toContain('1 screen: ');
    expect(dialog.textContent).toContain('48.2 MB');
    const go = [...dialog.querySelectorAll('button')].at(-1)!;
    expect(go.disabled).toBe(true);
    dialog.querySelector<HTMLInputElement>('input[type="checkbox"]')!.click();
    await flushPromises();
    expect(go.disabled).toBe(false);
    go.click();
    await flushPromises();
    expect(asked).toEqual([{ id: IDS.dataset, withDependents: true }]);
    page.unmount();
  });

  it('is kept while a job needs it', async () => {
    const jobs = [{ id: 'job-abcdef' as never, title: 'Screen Ductal → Beta' }];
    const { client } = createFakeHost({ isOpen: true, dependents: { ...fakeDependents(IDS.ranking), jobs } });
    const page = mountWith(DeleteArtifact, client, { props: { id: IDS.ranking, title: 'x' } });
    await page.find('button').trigger('click');
    await flushPromises();
    const dialog = [...document.querySelectorAll<HTMLElement>('[role="alertdialog"]')].at(-1)!;
    expect(dialog.textContent).toContain('Stop that job first');
    expect([...dialog.querySelectorAll('button')].at(-1)!.disabled).toBe(true);
    page.unmount();
  });
});
