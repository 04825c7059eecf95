// @vitest-environment happy-dom
import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import GenePaste from '../../src/renderer/forms/GenePaste.vue';
import { formContextKey } from '../../src/renderer/forms/form-context.ts';
import { chosenGenes, parseGeneList } from '../../src/renderer/forms/gene-list.ts';
import { createFakeHost } from './fake-host.ts';
import { IDS } from './fake-data.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

const { client } = createFakeHost();

function pasteInto(dataset: string | null) {
  const context = { choices: () => [], dataset: () => dataset };
  return mountWith(GenePaste, client, {
    props: { genes: [], label: 'Genes' },
    global: { provide: { [formContextKey as symbol]: context } },
  });
}

describe('pasted gene list', () => {
  it('takes lines, commas, tabs, semicolons and quotes, each name once', () => {
    expect(parseGeneList('Pdx1, "Neurog3"\n\tMafa;Pdx1\r\n\'Ins1\'')).toEqual(['Pdx1', 'Neurog3', 'Mafa', 'Ins1']);
  });

  it('finds every name again, however they are separated', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,9}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1 }),
        fc.constantFrom('\n', ', ', '\t', ';', ' '),
        (names, mark) => {
          expect(parseGeneList(names.join(mark))).toEqual(names);
        },
      ),
    );
  });

  it('shows what was found, what could mean several genes and what is missing', async () => {
    const paste = pasteInto(IDS.dataset);
    await paste.find('textarea').setValue('Neurog3, pdx1\nPax; Foo1');
    await until(() => expect(paste.text()).toContain('2 found'));
    expect(paste.text()).toContain('pdx1 → Pdx1');
    expect(paste.text()).toContain('1 could mean several genes');
    expect(paste.text()).toContain('1 not found');
    expect(paste.emitted('set')?.at(-1)).toEqual([['Neurog3', 'pdx1']]);
  });

  it('takes a missing name out of the text', async () => {
    const paste = pasteInto(IDS.dataset);
    await paste.find('textarea').setValue('Neurog3 Foo1');
    await until(() => expect(paste.find('.v-chip__close').exists()).toBe(true));
    await paste.find('.v-chip__close').trigger('click');
    await until(() => expect(paste.text()).not.toContain('not found'));
    expect(paste.find('textarea').element.value).toBe('Neurog3');
  });

  it('folds a long list of missing names, and takes all of them out at once', async () => {
    const paste = pasteInto(IDS.dataset);
    const wrong = Array.from({ length: 40 }, (_, i) => `Foo${i}`);
    await paste.find('textarea').setValue(['Neurog3', ...wrong].join('\n'));
    await until(() => expect(paste.text()).toContain('40 not found'));
    expect(paste.findAll('.v-chip__close')).toHaveLength(24);
    const [more, all] = paste.findAll('section').at(-1)!.findAll('.chips > .v-btn');
    await more.trigger('click');
    expect(paste.findAll('.v-chip__close')).toHaveLength(40);
    await all.trigger('click');
    await until(() => expect(paste.text()).not.toContain('not found'));
    expect(paste.find('textarea').element.value).toBe('Neurog3');
  });

  it('adds the gene picked for an ambiguous name', () => {
    const candidates = [{ id: 'ENSMUSG00000000001', symbol: 'Pax6' }];
    const resolution = { matched: [], ambiguous: [{ input: 'Pax', candidates }], missing: [] };
    expect(chosenGenes(resolution, {})).toEqual([]);
    expect(chosenGenes(resolution, { Pax: 'ENSMUSG00000000001' })).toEqual(['ENSMUSG00000000001']);
  });

  it('passes the names on as they are where no dataset is known', async () => {
    const paste = pasteInto(null);
    await paste.find('textarea').setValue('Neurog3 Foo1');
    await until(() => expect(paste.emitted('set')?.at(-1)).toEqual([['Neurog3', 'Foo1']]));
  });
});
