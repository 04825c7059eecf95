// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { RankingConfig } from '#shared/domain/ranking.ts';
import { Operator } from '#shared/domain/screen.ts';
import { schemaField } from '#shared/forms/schema-fields.ts';
import ChoiceCards from '../../src/renderer/forms/ChoiceCards.vue';
import { useProject, type Screen } from '../../src/renderer/state/project.ts';
import { notesOfTwins } from '../../src/renderer/state/twins.ts';
import RankWizard from '../../src/renderer/wizards/RankWizard.vue';
import { isOfThisScreen } from '../../src/renderer/wizards/screen-fields.ts';
import { screen } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const radios = (page: ReturnType<typeof mountWith>) => page.findAll('[role="radio"]');

describe('things of the same name', () => {
  it('are told apart, and only they', () => {
    const items = ['a', 'b', 'a'].map((title, i) => ({ id: String(i), title }));
    expect([...notesOfTwins(items, ({ id }) => `made ${id}`)]).toEqual([
      ['0', 'made 0'],
      ['2', 'made 2'],
    ]);
  });

  it('made in the same minute are told apart by their ids', () => {
    const items = ['1abcdefg', '2abcdefg', '3abcdefg'].map((id) => ({ id, title: 'a' }));
    expect([...notesOfTwins(items, ({ id }) => (id.startsWith('3') ? '2:11' : '2:10')).values()]).toEqual([
      '2:10 · 1abcde',
      '2:10 · 2abcde',
      '2:11',
    ]);
  });
});

describe('one card of several', () => {
  const field = schemaField(RankingConfig, 'operator');
  const open = (value: string) => mountWith(ChoiceCards, createFakeHost().client, { props: { field, value } });

  it('is one stop of the Tab key', () => {
    const page = open('knock-down');
    expect(radios(page).filter((card) => card.attributes('tabindex') === '0')).toHaveLength(1);
    expect(radios(page)[Operator.options.indexOf('knock-down')].attributes('tabindex')).toBe('0');
    page.unmount();
  });

  it('gives way to its neighbour by arrow keys, round the ends too', async () => {
    const page = open('mask');
    await radios(page)[0].trigger('keydown', { key: 'ArrowRight' });
    await radios(page)[0].trigger('keydown', { key: 'ArrowUp' });
    await radios(page)[0].trigger('keydown', { key: 'a' });
    expect(page.emitted('set')).toEqual([[Operator.options[1]], [Operator.options.at(-1)]]);
    expect(document.activeElement).toBe(radios(page).at(-1)!.element);
    page.unmount();
  });
});

describe('a ranking', () => {
  it('offers what the screen did, and follows another screen', async () => {
    const { client } = createFakeHost({ isOpen: true });
    const page = mountWith(
      { components: { RankWizard }, template: '<RankWizard v-if="ready" />', data: () => ({ ready: false }) },
      client,
    );
    const other: Screen = { ...screen, id: 'e'.repeat(64) as Screen['id'], goals: ['Delta'], operators: ['mask'] };
    useProject().screens = [other, { ...screen, goals: ['Beta'], operators: ['over-express', 'knock-down'] }];
    await page.setData({ ready: true });
    await flushPromises();
    expect(radios(page).map((card) => card.find('strong').text())).toEqual(['Knock down', 'Over-express']);
    page.findComponent({ name: 'SchemaForm' }).vm.$emit('set', 'screen', other.id);
    await flushPromises();
    expect(radios(page).map((card) => [card.find('strong').text(), card.attributes('aria-checked')])).toEqual([
      ['Silence (ranks held)', 'true'],
    ]);
    expect(page.text()).toContain('Delta');
    page.unmount();
  });
});

it.each([
  ['dosePercentile', { operators: ['mask'] }, false],
  ['dosePercentile', { operators: ['mask', 'over-express'] }, true],
  ['knockDownLevel', { operators: ['knock-down'] }, true],
  ['rankPercentile', {}, false],
  ['nExact', { computation: 'exact' }, false],
  ['nExact', { computation: 'two-stage' }, true],
  ['nTop', { computation: 'two-stage' }, false],
  ['nTop', { computation: 'adaptive' }, true],
  ['seed', {}, true],
])('%s is asked for with %o: %s', (name, values, isAsked) => {
  expect(isOfThisScreen(name, values)).toBe(isAsked);
});
