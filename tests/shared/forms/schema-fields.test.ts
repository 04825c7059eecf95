import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { QcRules } from '#shared/domain/qc-rules.ts';
import { RankingConfig } from '#shared/domain/ranking.ts';
import { FollowUpConfig } from '#shared/domain/follow-up.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { defaultValues, schemaField, schemaFields } from '#shared/forms/schema-fields.ts';

const configs = {
  ImportConfig,
  PreprocessConfig,
  PretrainConfig,
  FinetuneConfig,
  ScreenConfig,
  RankingConfig,
  FollowUpConfig,
};

describe.each(Object.entries(configs))('%s', (_name, schema) => {
  it('gives every field a title and a help text', () => {
    for (const item of schemaFields(schema)) {
      expect(item.title, item.name).not.toBe(item.name);
      expect(item.help.length, item.name).toBeGreaterThan(10);
    }
  });

  it('has defaults that the schema itself accepts', () => {
    const shape = schema.shape as Record<string, z.ZodType>;
    for (const [name, value] of Object.entries(defaultValues(schemaFields(schema))))
      expect(shape[name].safeParse(value).success, name).toBe(true);
  });

  it('refuses exactly the empty required fields', () => {
    const required = schemaFields(schema).filter((item) => item.required);
    const result = schema.safeParse({});
    const named = result.success ? [] : result.error.issues.map((issue) => String(issue.path[0]));
    expect(new Set(named)).toEqual(new Set(required.map((item) => item.name)));
  });
});

describe('kinds and bounds', () => {
  it('reads integers, bounds and units', () => {
    expect(schemaField(ScreenConfig, 'nCells')).toMatchObject({
      kind: 'integer',
      minimum: 4,
      maximum: 100_000,
      unit: 'cells',
      required: false,
    });
  });

  it('marks a positive number as an exclusive bound', () => {
    expect(schemaField(PretrainConfig, 'learningRate')).toMatchObject({
      kind: 'number',
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      advanced: true,
    });
  });

  it('reads choices, lists of choices, keywords of gene lists and list lengths', () => {
    expect(schemaField(ScreenConfig, 'operators')).toMatchObject({
      kind: 'choices',
      options: ['mask', 'remove', 'knock-down', 'over-express', 'to-rank', 'published-over-express'],
      minLength: 1,
    });
    expect(schemaField(ScreenConfig, 'genes')).toMatchObject({ kind: 'genes', options: ['tf', 'all'], default: 'tf' });
    expect(schemaField(ScreenConfig, 'goals')).toMatchObject({
      kind: 'list',
      minLength: 1,
      maxLength: 20,
      required: true,
    });
    expect(schemaField(ImportConfig, 'species')).toMatchObject({ kind: 'choice', default: 'auto' });
  });

  it('keeps texts of a rule inside a partial rule set but not its default', () => {
    const rules = schemaField(PreprocessConfig, 'rules');
    const z3 = rules.fields?.find((item) => item.name === 'maxCountsZ');
    const own = schemaField(QcRules, 'maxCountsZ');
    expect(z3).toMatchObject({ title: own.title, help: own.help, nullable: true, required: false });
    expect(z3).not.toHaveProperty('default');
    expect(own.default).toBe(QcRules.parse({}).maxCountsZ);
  });

  it('refuses a schema no form can ask for', () => {
    expect(() => schemaFields(z.object({ when: z.date() }))).toThrow(/when/);
    expect(() => schemaFields(z.string())).toThrow(TypeError);
    expect(() => schemaField(ImportConfig, 'colour')).toThrow(/colour/);
  });
});
