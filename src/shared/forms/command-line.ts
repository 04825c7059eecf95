import type { z } from 'zod';
import { stableJson } from '../util/stable-json.ts';
import { schemaFields, type FieldDescription } from './schema-fields.ts';

/** Program name of the command line. */
export const PROGRAM = 'gcw';

/** Flag of a field without dashes: `labelColumn` → `label-column`; a field of a group → `rules.max-counts-z`. */
export function flagName(...path: string[]): string {
  return path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('.');
}

/**
 * Flags that say the same as `values`; what equals its default is left out.
 *
 * A list repeats its flag (paths as they are, commas of others escaped), a false boolean is `--no-flag`, `null` is the word `none`.
 */
export function flagsOf(schema: z.ZodType, values: Readonly<Record<string, unknown>>): string[] {
  return schemaFields(schema).flatMap((item) => fieldFlags(item, values[item.name], []));
}

/** One shell line that does what a form with these values does: `gcw dataset import --input pbmc.h5ad`. */
export function commandLine(
  path: readonly string[],
  schema: z.ZodType,
  values: Readonly<Record<string, unknown>>,
): string {
  return [PROGRAM, ...path, ...flagsOf(schema, values).map(shellWord)].join(' ');
}

function fieldFlags(item: FieldDescription, value: unknown, parents: readonly string[]): string[] {
  if (value === undefined) return [];
  if (item.default !== undefined && stableJson(item.default) === stableJson(value)) return [];
  const flag = `--${flagName(...parents, item.name)}`;
  if (value === null) return [flag, 'none'];
  if (item.kind === 'group') {
    const inner = value as Record<string, unknown>;
    return (item.fields ?? []).flatMap((member) => fieldFlags(member, inner[member.name], [...parents, item.name]));
  }
  if (typeof value === 'boolean') return [value ? flag : `--no-${flag.slice(2)}`];
  if (Array.isArray(value)) return value.flatMap((one) => [flag, itemWord(item, one)]);
  if (item.kind === 'named-lists')
    return Object.entries(value as Record<string, string[]>).flatMap((entry) => [flag, namedListWord(...entry)]);
  return [flag, String(value)];
}

/** An item of a list as a word of its own: a comma that would part it is escaped. */
export function listWord(item: string): string {
  return item.replaceAll(/,(?!\s)/g, String.raw`\,`);
}

/** An item of a list field as its word: paths are never parted at a comma, so they stay as they are. */
export function itemWord({ source }: Pick<FieldDescription, 'source'>, item: unknown): string {
  return source === 'files' ? String(item) : listWord(String(item));
}

/** Items of a word of a list: `A,B` are two; `Alpha, early` and `A\,B` are one. */
export function splitListWord(word: string): string[] {
  return word.split(/(?<!\\),(?!\s)/).map((item) => item.replaceAll(String.raw`\,`, ','));
}

/** A named list as a word of its own: `NAME=A,B`; an equals sign of the name is escaped. */
export function namedListWord(name: string, items: readonly string[]): string {
  return `${name.replaceAll('=', String.raw`\=`)}=${items.map(listWord).join(',')}`;
}

/** Name and items of a word `NAME=A,B`; null where no name is given or nothing follows it. */
export function splitNamedList(word: string): [name: string, items: string[]] | null {
  const [, name, items] = /^((?:\\=|[^=])+)=([\s\S]+)$/.exec(word) ?? [];
  return name === undefined ? null : [name.replaceAll(String.raw`\=`, '=').trim(), splitListWord(items)];
}

/** A word as a shell reads it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
