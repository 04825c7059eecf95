// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { ColumnRole, PrivacyLevel } from '#shared/domain/annotation.ts';
import AnnotationLine from '../../src/renderer/annotations/AnnotationLine.vue';
import DatasetAnnotations from '../../src/renderer/annotations/DatasetAnnotations.vue';
import ImportAnnotations from '../../src/renderer/annotations/ImportAnnotations.vue';
import LowerConfirm from '../../src/renderer/annotations/LowerConfirm.vue';
import {
  isPlain,
  inOrder,
  rowsOfDataset,
  rowsToImport,
  withLevel,
} from '../../src/renderer/annotations/annotation-rows.ts';
import { consequencesOf } from '../../src/renderer/annotations/consequences.ts';
import en from '../../src/renderer/locales/en/index.ts';
import { useProject } from '../../src/renderer/state/project.ts';
import ImportWizard from '../../src/renderer/wizards/ImportWizard.vue';
import SchemaForm from '../../src/renderer/forms/SchemaForm.vue';
import { dataset } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { inspection } from './fake-inspection.ts';
import { mountWith } from './mount.ts';

const asked = { label: 'clusters', donor: 'embryo' };
const rowOf = (name: string, roles: Partial<Record<ColumnRole, string>> = asked, privacy?: string[]) =>
  rowsToImport(inspection, roles, privacy).find(({ column }) => column.name === name)!;

describe('an annotation before the import', () => {
  it('follows the roles until a person says something else', () => {
    expect(rowOf('clusters')).toMatchObject({ level: 'open', roles: ['label'], isByHand: false, flag: null });
    expect(rowOf('clusters', { sample: 'clusters' })).toMatchObject({
      level: 'limited',
      suggested: { privacy: 'limited', privacyReason: 'names-donors' },
    });
    expect(rowOf('clusters', { sample: 'clusters' }, ['clusters=open'])).toMatchObject({
      level: 'open',
      isByHand: true,
    });
    expect(rowOf('collected_on')).toMatchObject({ level: 'restricted', flag: 'date', canGroup: false });
  });

  it('of several files: the import names the samples without limiting them', () => {
    const merged = { ...inspection, sampleColumn: 'clusters' };
    const row = rowsToImport(merged, {}, undefined)[0];
    expect(row).toMatchObject({ roles: ['sample'], level: 'open' });
  });

  it('is said only where it differs from the suggestion', () => {
    expect(withLevel(undefined, rowOf('collected_on'), 'restricted')).toBeUndefined();
    expect(withLevel(['a=b=open'], rowOf('collected_on'), 'limited')).toEqual(['a=b=open', 'collected_on=limited']);
    expect(withLevel(['collected_on=open'], rowOf('collected_on'), 'restricted')).toBeUndefined();
  });

  it('comes first where there is something to decide, and not at all where there is not', () => {
    const rows = rowsToImport(inspection, asked, undefined);
    expect(inOrder(rows).map(({ column }) => column.name)).toEqual(['clusters', 'embryo', 'collected_on', 'S_score']);
    expect(rows.filter(isPlain).map(({ column }) => column.name)).toEqual(['S_score']);
  });

  it.each<[string, Parameters<typeof rowOf>, string[]]>([
    ['cell states', ['clusters'], ['means.label', 'means.open']],
    ['donors', ['embryo'], ['means.donor', 'means.limited']],
    [
      'states that are told nowhere',
      ['clusters', asked, ['clusters=restricted']],
      ['means.label', 'means.restricted', 'warns.hiddenLabel'],
    ],
    [
      'conditions that are told nowhere',
      ['clusters', { condition: 'clusters' }, ['clusters=limited']],
      ['means.condition', 'means.limited', 'warns.hiddenCondition'],
    ],
    ['dates, opened', ['collected_on', asked, ['collected_on=open']], ['means.openText', 'warns.opened']],
    ['limited numbers', ['S_score', asked, ['S_score=limited']], ['means.limitedValues']],
  ])('says what follows: %s', (_what, row, keys) => {
    expect(consequencesOf(rowOf(...row)).map(({ key }) => key)).toEqual(keys.map((key) => `annotations.${key}`));
  });

  it('is set in the fields of the wizard', async () => {
    const said: [string, unknown][] = [];
    const page = mountWith(ImportAnnotations, createFakeHost({ isOpen: true }).client, {
      props: {
        inspection,
        values: { labelColumn: 'clusters', donorColumn: 'embryo' },
        onSet: (name: string, value: unknown) => said.push([name, value]),
      },
    });
    expect(page.text()).toContain('looks like dates');
    expect(page.text()).toContain('told as donor 1, donor 2');
    const line = (name: string) =>
      page.findAllComponents(AnnotationLine).find((one) => one.props('row').column.name === name)!;
    line('embryo').vm.$emit('roles', ['sample'] satisfies ColumnRole[]);
    line('collected_on').vm.$emit('level', 'open' satisfies PrivacyLevel);
    await flushPromises();
    expect(said).toEqual([
      ['donorColumn', undefined],
      ['sampleColumn', 'embryo'],
      ['columnPrivacy', ['collected_on=open']],
    ]);
  });

  it('has words where files have none', () => {
    const page = mountWith(ImportAnnotations, createFakeHost({ isOpen: true }).client, {
      props: { inspection: { ...inspection, obsColumns: [] }, values: {} },
    });
    expect(page.text()).toContain(en.annotations.none.title);
  });

  it('is suggested anew with other files, and there is no way on without any', async () => {
    const page = mountWith(
      { components: { ImportWizard }, template: '<ImportWizard />' },
      createFakeHost({ isOpen: true, tickMs: 1 }).client,
    );
    const form = page.findComponent(SchemaForm);
    form.vm.$emit('set', 'input', ['/data/notes.txt']);
    await flushPromises();
    await flushPromises();
    expect(page.find('button[type="submit"]').attributes('disabled')).toBeDefined();
    form.vm.$emit('set', 'input', ['/data/pancreas.h5ad']);
    await flushPromises();
    await flushPromises();
    expect(page.find('button[type="submit"]').attributes('disabled')).toBeUndefined();
    await page.find('form').trigger('submit');
    await flushPromises();
    expect(page.text()).toContain(en.wizards.import.steps.columns.title);
    expect(page.findAllComponents(AnnotationLine)[0].props('row').roles).toEqual(['label']);
  });
});

describe('an annotation of a dataset', () => {
  it('keeps the suggestion beside what a person said', () => {
    const columns = dataset.obsColumns.map((column) =>
      column.name === 'collected_on'
        ? {
            ...column,
            privacy: 'open' as const,
            privacyReason: 'by-hand' as const,
            suggested: { privacy: 'restricted' as const, privacyReason: 'date' as const },
          }
        : column,
    );
    const row = rowsOfDataset(columns, asked, asked).at(-1)!;
    expect(row).toMatchObject({ level: 'open', isByHand: true, flag: 'date', suggested: { privacy: 'restricted' } });
    expect(consequencesOf(row).map(({ key }) => key)).toContain('annotations.warns.opened');
  });

  it('is asked about before it is opened, and says why in the audit log', async () => {
    const host = createFakeHost({ isOpen: true });
    const page = mountWith(
      {
        components: { DatasetAnnotations },
        data: () => ({ dataset: null as unknown }),
        template: '<DatasetAnnotations v-if="dataset" :dataset="dataset" />',
      },
      host.client,
    );
    await useProject().ensureLoaded();
    await page.setData({ dataset });
    const line = (name: string) =>
      page.findAllComponents(AnnotationLine).find((one) => one.props('row').column.name === name)!;
    line('collected_on').vm.$emit('level', 'open');
    await flushPromises();
    const level = async () =>
      (await host.client.dataset.columns({ dataset: 'latest' })).columns.find(({ name }) => name === 'collected_on')!
        .privacy;
    expect(await level()).toBe('restricted');
    page.findComponent(LowerConfirm).vm.$emit('confirm', 'made-up dates');
    await flushPromises();
    expect(await level()).toBe('open');
    expect(page.findComponent(LowerConfirm).exists()).toBe(false);
    line('clusters').vm.$emit('roles', ['label', 'batch']);
    await flushPromises();
    expect((await host.client.dataset.columns({ dataset: 'latest' })).roles).toMatchObject({ batch: 'clusters' });
  });
});
