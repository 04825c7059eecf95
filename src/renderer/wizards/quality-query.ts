import type { LocationQuery } from 'vue-router';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';

const { profile, rules, sampleColumn, quality } = PreprocessConfig.shape;

/** Rules a page of a dataset hands to the wizard; a value the schema does not know is left out, and the wizard has its own. */
export function rulesOfQuery(query: LocationQuery, datasets: readonly { id: string }[]): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  const dataset = datasets.find(({ id }) => id === query.dataset)?.id;
  if (dataset !== undefined) known.dataset = dataset;
  const take = (
    name: string,
    schema: { safeParse(value: unknown): { success: boolean; data?: unknown } },
    value: unknown,
  ) => {
    const parsed = schema.safeParse(value);
    if (value !== undefined && parsed.success) known[name] = parsed.data;
  };
  take('profile', profile, query.profile);
  take('rules', rules, fromJson(query.rules));
  take('sampleColumn', sampleColumn, query.sampleColumn);
  take('quality', quality, query.quality);
  return known;
}

function fromJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
