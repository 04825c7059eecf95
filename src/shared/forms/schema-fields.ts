import { z } from 'zod';
import type { FieldMeta } from '../domain/field.ts';

/**
 * How a field is asked for:
 * `genes` is a keyword of `options` or a list of genes; `group` holds fields of its own;
 * `named-lists` are lists the user gives names to.
 */
export type FieldKind =
  'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices' | 'list' | 'genes' | 'group' | 'named-lists';

/** One field of a zod object, in the words its schema gives it; forms, flags and documents are drawn from it. */
export interface FieldDescription {
  name: string;
  title: string;
  help: string;
  unit?: string;
  kind: FieldKind;
  /** No value, no default: the user must say. */
  required: boolean;
  /** `null` is a value and switches the field off. */
  nullable: boolean;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  /** The bound itself is not allowed. */
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  /** Bounds of the length of a text, or of the number of items of a list. */
  minLength?: number;
  maxLength?: number;
  /** Values of a choice; keywords of `genes`. */
  options?: string[];
  advanced: boolean;
  /** Each value of the choice is a switch of the command line too. */
  switches?: boolean;
  source?: FieldMeta['source'];
  fields?: FieldDescription[];
}

interface Peeled {
  schema: z.ZodType;
  optional: boolean;
  nullable: boolean;
  hasDefault: boolean;
  default: unknown;
  meta: Partial<FieldMeta>;
}

/**
 * Fields of an object schema, in its order.
 *
 * Throws: TypeError on a construct that no form or flag can ask for.
 */
export function schemaFields(schema: z.ZodType): FieldDescription[] {
  const { schema: object } = peel(schema);
  if (!(object instanceof z.ZodObject)) throw new TypeError('only an object schema has fields');
  return Object.entries(object.shape).map(([name, member]) => describe(name, member as z.ZodType));
}

/** One field of `schema`. Throws: TypeError where there is none of that name. */
export function schemaField(schema: z.ZodType, name: string): FieldDescription {
  const found = schemaFields(schema).find((item) => item.name === name);
  if (!found) throw new TypeError(`the schema has no field ${name}`);
  return found;
}

/** Values a form starts with: every default, nothing where there is none. */
export function defaultValues(fields: readonly FieldDescription[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const item of fields) if (item.default !== undefined) values[item.name] = item.default;
  return values;
}

function describe(name: string, member: z.ZodType): FieldDescription {
  const peeled = peel(member);
  const { meta } = peeled;
  return {
    name,
    title: meta.title ?? name,
    help: meta.help ?? '',
    ...(meta.unit === undefined ? {} : { unit: meta.unit }),
    required: !peeled.optional && !peeled.hasDefault && !peeled.nullable,
    nullable: peeled.nullable,
    ...(peeled.hasDefault ? { default: peeled.default } : {}),
    advanced: meta.advanced ?? false,
    ...(meta.switches ? { switches: true } : {}),
    ...(meta.source === undefined ? {} : { source: meta.source }),
    ...kindOf(name, peeled.schema),
  };
}

/** The outermost text wins: `.partial()` and `.default()` wrap a field without copying its metadata. */
function peel(schema: z.ZodType): Peeled {
  const peeled: Peeled = { schema, optional: false, nullable: false, hasDefault: false, default: undefined, meta: {} };
  for (;;) {
    const current = peeled.schema;
    peeled.meta = { ...(current.meta() as Partial<FieldMeta> | undefined), ...peeled.meta };
    if (current instanceof z.ZodOptional) {
      peeled.optional = true;
      peeled.schema = current.unwrap() as z.ZodType;
      continue;
    }
    if (current instanceof z.ZodNullable) {
      peeled.nullable = true;
      peeled.schema = current.unwrap() as z.ZodType;
      continue;
    }
    if (current instanceof z.ZodDefault) {
      // Under `.partial()` the field is a change to a rule set, and an absent change is not the rule's default.
      if (!peeled.hasDefault && !peeled.optional) {
        peeled.hasDefault = true;
        peeled.default = current.def.defaultValue;
      }
      peeled.schema = current.unwrap() as z.ZodType;
      continue;
    }
    return peeled;
  }
}

type Kind = Pick<
  FieldDescription,
  | 'kind'
  | 'options'
  | 'minimum'
  | 'maximum'
  | 'exclusiveMinimum'
  | 'exclusiveMaximum'
  | 'minLength'
  | 'maxLength'
  | 'fields'
>;

function kindOf(name: string, schema: z.ZodType): Kind {
  if (schema instanceof z.ZodString) return { kind: 'text', ...lengthBounds(schema) };
  if (schema instanceof z.ZodNumber)
    return { kind: schema.format === 'safeint' ? 'integer' : 'number', ...numberBounds(schema) };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', options: schema.options.map(String) };
  if (schema instanceof z.ZodArray) {
    const element = peel(schema.element as z.ZodType).schema;
    if (element instanceof z.ZodEnum)
      return { kind: 'choices', options: element.options.map(String), ...lengthBounds(schema) };
    if (element instanceof z.ZodString) return { kind: 'list', ...lengthBounds(schema) };
  }
  if (schema instanceof z.ZodObject) return { kind: 'group', fields: schemaFields(schema) };
  if (schema instanceof z.ZodRecord && peel(schema.valueType as z.ZodType).schema instanceof z.ZodArray)
    return { kind: 'named-lists' };
  if (schema instanceof z.ZodUnion) {
    const members = schema.options as z.ZodType[];
    const words = members
      .filter((item) => item instanceof z.ZodLiteral)
      .flatMap((item) => [...item.values].map(String));
    const list = members.find((item) => item instanceof z.ZodArray);
    if (list && words.length === members.length - 1) return { kind: 'genes', options: words, ...lengthBounds(list) };
  }
  throw new TypeError(`${name}: no form field for a zod ${schema.def.type}`);
}

interface CheckDef {
  check: string;
  value?: number;
  inclusive?: boolean;
  minimum?: number;
  maximum?: number;
}

function checksOf(schema: z.ZodType): CheckDef[] {
  return (schema.def.checks ?? []).map((item) => item._zod.def as unknown as CheckDef);
}

function numberBounds(schema: z.ZodNumber): Partial<Kind> {
  const bounds: Partial<Kind> = {};
  for (const check of checksOf(schema)) {
    if (check.check === 'greater_than') {
      bounds.minimum = check.value;
      if (!check.inclusive) bounds.exclusiveMinimum = true;
    }
    if (check.check === 'less_than') {
      bounds.maximum = check.value;
      if (!check.inclusive) bounds.exclusiveMaximum = true;
    }
  }
  return bounds;
}

function lengthBounds(schema: z.ZodType): Partial<Kind> {
  const bounds: Partial<Kind> = {};
  for (const check of checksOf(schema)) {
    if (check.check === 'min_length') bounds.minLength = check.minimum;
    if (check.check === 'max_length') bounds.maxLength = check.maximum;
  }
  return bounds;
}
