import { z } from 'zod';
import type { FieldMeta } from '#shared/domain/field.ts';

/** One refused field of an input. */
export interface InputIssue {
  path: PropertyKey[];
  /** Title of the field, or its path where it has none. */
  title: string;
  /** What is wrong, without the refused value: it may be a secret. */
  fact: string;
}

/** The parts of a zod issue that are read here; all of them come from the schema, none from the input. */
export interface RawIssue {
  code?: string | undefined;
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  expected?: unknown;
  origin?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  inclusive?: unknown;
  exact?: unknown;
  values?: unknown;
  keys?: unknown;
}

/** Issues of `schema` in the words of its fields. */
export function wordIssues(schema: unknown, issues: readonly RawIssue[]): InputIssue[] {
  return issues.flatMap((issue) => {
    const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
    if (issue.code === 'unrecognized_keys' && Array.isArray(issue.keys))
      return issue.keys.map((key) => ({ path: [...path, key], title: String(key), fact: 'there is no such option' }));
    return [{ path, title: titleOf(schema, path), fact: factOf(issue) }];
  });
}

/** All issues as one message of an `invalid-input` error. */
export function issueMessage(issues: readonly InputIssue[]): string {
  const words = issues.map(({ title, fact }) => `${title}: ${fact}`);
  return `${words.length > 0 ? words.join('; ') : 'Input: it was not understood'}.`;
}

function factOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'it is empty; give a value'
        : bound(issue, 'at least', 'more than', issue.minimum);
    case 'too_big':
      return bound(issue, 'at most', 'less than', issue.maximum);
    case 'invalid_type':
      return /received undefined/.test(issue.message)
        ? 'it is missing; give a value'
        : `it must be ${EXPECTED[String(issue.expected)] ?? String(issue.expected)}`;
    case 'invalid_value':
      return `it must be ${Array.isArray(issue.values) ? issue.values.map(String).join(' or ') : 'another value'}`;
    case 'invalid_union':
      return 'none of its forms fits this value';
    case 'invalid_format':
    case 'custom':
      return issue.message;
    default:
      return issue.message.replace(/^Invalid input:? ?/, '') || 'it was not understood';
  }
}

const EXPECTED: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of options',
};

function bound(issue: RawIssue, inclusive: string, exclusive: string, value: unknown): string {
  const size = `${issue.inclusive === false ? exclusive : inclusive} ${String(value)}`;
  if (issue.origin === 'array') return `it must have ${size} ${value === 1 ? 'entry' : 'entries'}`;
  return issue.origin === 'string' ? `it must be ${size} characters long` : `it must be ${size}`;
}

/** Title of the deepest field on the path that has one. */
function titleOf(schema: unknown, path: readonly PropertyKey[]): string {
  let title = path.map(String).join('.') || 'Input';
  let current = unwrap(schema);
  for (const part of path) {
    if (!(current instanceof z.ZodObject)) break;
    const member = (current.shape as Record<PropertyKey, z.ZodType>)[part];
    if (!member) break;
    title = metaTitle(member) ?? title;
    current = unwrap(member);
  }
  return title;
}

function metaTitle(schema: z.ZodType): string | undefined {
  for (let current: unknown = schema; current instanceof z.ZodType;) {
    const title = (current.meta() as Partial<FieldMeta> | undefined)?.title;
    if (title) return title;
    const inner = unwrapOnce(current);
    if (inner === current) return undefined;
    current = inner;
  }
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  for (;;) {
    const inner = unwrapOnce(current);
    if (inner === current) return current;
    current = inner;
  }
}

function unwrapOnce(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return schema.unwrap();
  return schema;
}
