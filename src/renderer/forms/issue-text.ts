import type { FieldDescription } from '#shared/forms/schema-fields.ts';

export interface Text {
  key: string;
  values: Record<string, unknown>;
}

/** Words for what a schema says against a value; null leaves the schema's own message. */
export function issueText(field: FieldDescription, value: unknown): Text | null {
  const values = { min: field.minimum, max: field.maximum, unit: field.unit ?? '' };
  if (value === undefined || value === '') return { key: 'forms.required', values };
  if (Array.isArray(value)) {
    if (field.minLength !== undefined && value.length < field.minLength) return { key: 'forms.choose', values };
    if (field.maxLength !== undefined && value.length > field.maxLength)
      return { key: 'forms.atMostItems', values: { max: field.maxLength } };
    return null;
  }
  if (typeof value !== 'number') return null;
  if (field.kind === 'integer' && !Number.isInteger(value)) return { key: 'forms.whole', values };
  const { minimum, maximum } = field;
  const low = minimum !== undefined && (field.exclusiveMinimum ? value <= minimum : value < minimum);
  const high = maximum !== undefined && value > maximum;
  if (!low && !high) return null;
  if (minimum !== undefined && maximum !== undefined)
    return { key: field.exclusiveMinimum ? 'forms.aboveAndAtMost' : 'forms.between', values };
  return { key: low ? (field.exclusiveMinimum ? 'forms.above' : 'forms.atLeast') : 'forms.atMost', values };
}

/** Default and bounds of a field in words, under its help. */
export function boundsText(field: FieldDescription): Text | null {
  if (field.kind !== 'integer' && field.kind !== 'number') return null;
  const values = { min: field.minimum, max: field.maximum, unit: field.unit ?? '', value: field.default };
  if (field.minimum !== undefined && field.maximum !== undefined)
    return typeof field.default === 'number'
      ? { key: 'forms.defaultAndRange', values }
      : { key: 'forms.range', values };
  return typeof field.default === 'number' ? { key: 'forms.default', values } : null;
}
