import { describe, expect, it } from 'vitest';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { commandLine, flagsOf } from '#shared/forms/command-line.ts';
import { schemaField } from '#shared/forms/schema-fields.ts';

const config = (changes: object = {}) =>
  FinetuneConfig.parse({ model: 'latest', tokens: 'latest', labelColumn: 'state', ...changes });

describe('fields of training', () => {
  it.each([
    ['fine-tuning', FinetuneConfig, ['lora', 'compat']],
    ['pretraining', PretrainConfig, ['lora']],
  ])('of %s in groups have defaults, texts and kinds a form can show', (_, schema, groups) => {
    for (const name of groups) {
      const group = schemaField(schema, name);
      expect(group).toMatchObject({ kind: 'group', required: false, advanced: true });
      expect(Object.keys(group.default as object)).toEqual(group.fields!.map((field) => field.name));
      for (const field of group.fields!) {
        expect(field.default, field.name).toEqual((group.default as Record<string, unknown>)[field.name]);
        expect(field.help.length, field.name).toBeGreaterThan(20);
      }
    }
    expect(schemaField(schema, 'lora').fields!.map(({ kind }) => kind)).toEqual([
      'integer',
      'number',
      'choices',
      'boolean',
    ]);
  });

  it('leave out groups that are at their defaults', () => {
    expect(commandLine(['training', 'finetune'], FinetuneConfig, config())).toBe(
      'gcw training finetune --model latest --tokens latest --label-column state',
    );
  });

  it('are flags with a dot, only where they differ', () => {
    const changed = config({
      schedule: 'cosine',
      lora: { rank: 8, targets: ['query', 'value'] },
      compat: { ignoreSpecies: true },
    });
    expect(flagsOf(FinetuneConfig, changed).join(' ')).toBe(
      '--model latest --tokens latest --label-column state --schedule cosine ' +
        '--lora.rank 8 --lora.targets query --lora.targets value --compat.ignore-species',
    );
  });

  it('fill up a group of which a part is given', () => {
    expect(config({ lora: { rank: 4 } }).lora).toEqual({ ...config().lora, rank: 4 });
    expect(config({ compat: {} }).compat).toEqual({ truncateValues: false, ignoreSpecies: false });
  });
});
