// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { schemaField, schemaFields } from '#shared/forms/schema-fields.ts';
import GroupField from '../../src/renderer/forms/GroupField.vue';
import SchemaForm from '../../src/renderer/forms/SchemaForm.vue';
import { boundsText, issueText } from '../../src/renderer/forms/issue-text.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';

const { client } = createFakeHost();
const formOf = (fields: ReturnType<typeof schemaFields>, values: Record<string, unknown>, issues: object[] = []) =>
  mountWith(SchemaForm, client, { props: { fields, values, issues } });

describe('form drawn from a schema', () => {
  it('shows the title of every field and folds advanced ones away', async () => {
    const fields = schemaFields(FinetuneConfig);
    const form = formOf(fields, {});
    for (const field of fields.filter((one) => !one.advanced)) expect(form.text(), field.name).toContain(field.title);
    const advanced = fields.filter((one) => one.advanced);
    expect(form.text()).toContain(`More options (${advanced.length})`);
    await form.find('.v-expansion-panel-title').trigger('click');
    for (const field of advanced) expect(form.text(), field.name).toContain(field.title);
  });

  it('puts bounds, unit and default of the schema on a number', () => {
    const field = schemaField(ScreenConfig, 'nCells');
    const input = formOf([field], {}).find('input[type="number"]');
    expect(input.attributes()).toMatchObject({
      min: String(field.minimum),
      max: String(field.maximum),
      step: '1',
      placeholder: String(field.default),
    });
  });

  it('gives a number as a number and an emptied field as nothing', async () => {
    const form = formOf([schemaField(ScreenConfig, 'nCells')], { nCells: 24 });
    await form.find('input').setValue('48');
    await form.find('input').setValue('');
    expect(form.emitted('set')).toEqual([
      ['nCells', 48],
      ['nCells', undefined],
    ]);
  });

  it('keeps operators in the order of the schema, however they are clicked', async () => {
    const form = formOf([schemaField(ScreenConfig, 'operators')], { operators: ['over-express'] });
    const cards = form.findAll('[role="checkbox"]');
    expect(cards.map((card) => card.attributes('aria-checked'))).toEqual([
      'false',
      'false',
      'false',
      'true',
      'false',
      'false',
    ]);
    await cards[0].trigger('click');
    expect(form.emitted('set')).toEqual([['operators', ['mask', 'over-express']]]);
  });

  it('says what is wrong in the words of the bounds', () => {
    const field = schemaField(ScreenConfig, 'nCells');
    const form = formOf([field], { nCells: 2 }, [{ field: 'nCells', inner: [], message: 'too small' }]);
    expect(form.text()).toContain(`From ${field.minimum} to ${field.maximum} cells`);
  });
});

describe('words for issues', () => {
  const nCells = schemaField(ScreenConfig, 'nCells');
  const goals = schemaField(ScreenConfig, 'goals');
  const rate = schemaField(FinetuneConfig, 'learningRate');

  it.each([
    [goals, undefined, 'forms.required'],
    [goals, [], 'forms.choose'],
    [goals, Array.from({ length: 21 }, String), 'forms.atMostItems'],
    [nCells, 5.5, 'forms.whole'],
    [nCells, 1, 'forms.between'],
    [rate, 0, 'forms.aboveAndAtMost'],
  ] as const)('%#: %s', (field, value, key) => {
    expect(issueText(field, value)?.key).toBe(key);
  });

  it('leaves the message of the schema where bounds do not explain it', () => {
    expect(issueText(nCells, 24)).toBeNull();
    expect(boundsText(nCells)?.key).toBe('forms.defaultAndRange');
  });
});

describe('a group among the advanced options', () => {
  const field = schemaField(FinetuneConfig, 'lora');
  const usual = field.default as Record<string, unknown>;
  const groupOf = (value: unknown) => mountWith(GroupField, client, { props: { field, value, issues: [] } });

  it('is folded while it is as usual, and opens to every field of it', async () => {
    const group = groupOf(usual);
    expect(group.text()).toContain('as usual');
    expect(group.findAll('input')).toHaveLength(0);
    await group.find('button').trigger('click');
    expect(group.find('button').attributes('aria-expanded')).toBe('true');
    for (const inner of field.fields ?? []) expect(group.text(), inner.name).toContain(inner.title);
    expect(group.text()).not.toContain('More options');
  });

  it('is open where it differs, says how much, and gives the group as a whole', async () => {
    const group = groupOf({ ...usual, rank: 8 });
    expect(group.text()).toContain('1 changed');
    await group.find('input[type="number"]').setValue('4');
    expect(group.emitted('set')).toEqual([[{ ...usual, rank: 4 }]]);
  });
});
