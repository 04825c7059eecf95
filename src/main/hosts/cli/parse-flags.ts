import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { PROGRAM, splitListWord, splitNamedList } from '#shared/forms/command-line.ts';
import type { FieldDescription } from '#shared/forms/schema-fields.ts';
import { commonFlags, PROJECT_FLAG, SECRET_VARIABLES, type Command, type CommandFlag } from './commands.ts';
import { nearest, suggestion } from './nearest.ts';

export interface RunOptions {
  /** Project to open first. */
  project?: string;
  json: boolean;
  /** File an export is written to instead of the output. */
  out?: string;
}

/**
 * Flags of one command as its input: values are read by the kind of their field, bounds are left to the schema.
 *
 * Throws: `invalid-input`.
 */
export function parseFlags(
  words: readonly string[],
  command: Command,
): { input: Record<string, unknown>; options: RunOptions } {
  const input: Record<string, unknown> = {};
  const options: RunOptions = { json: false };
  const common = commonFlags(command);
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (!word.startsWith('--') || word === '--') {
      throw refused(word, `it belongs to no flag; every value follows its flag`, command);
    }
    const [, name, , inline] = /^--([^=]*)(=([\s\S]*))?$/.exec(word)!;
    const value = (): string => {
      const next = inline ?? (rest[0]?.startsWith('--') ? undefined : rest.shift());
      if (next === undefined) throw refused(`--${name}`, 'it needs a value', command);
      return next;
    };
    if (name === 'json') options.json = true;
    else if (name === PROJECT_FLAG && common.includes(PROJECT_FLAG)) options.project = value();
    else if (name === 'out' && common.includes('out')) options.out = value();
    else setField(input, name, value, inline, command);
  }
  return { input, options };
}

function setField(
  input: Record<string, unknown>,
  name: string,
  value: () => string,
  inline: string | undefined,
  command: Command,
): void {
  const choice = findSwitch(command, name);
  if (choice) {
    if (inline !== undefined) throw refused(`--${name}`, 'it is a switch and takes no value', command);
    return setField(input, choice.flag, () => name, name, command);
  }
  const found = findFlag(command, name);
  if (!found) throw unknownFlag(name, command);
  const { item, isNegated } = found;
  const { field, path, flag } = item;
  const target = path.slice(0, -1).reduce<Record<string, unknown>>((group, part) => {
    return (group[part] ??= {}) as Record<string, unknown>;
  }, input);
  if (field.kind === 'boolean') {
    if (inline !== undefined && !['true', 'false'].includes(inline)) {
      throw refused(`--${flag}`, `it is a switch; write --${flag} or --no-${flag}`, command);
    }
    target[field.name] = (inline !== 'false') !== isNegated;
    return;
  }
  const read = readValue(field, value(), flag, command);
  const earlier = target[field.name];
  if (Array.isArray(read) && Array.isArray(earlier)) earlier.push(...(read as unknown[]));
  else if (earlier !== undefined && field.kind !== 'group' && !isNewName(field, earlier, read)) {
    throw refused(`--${flag}`, 'it is given twice; give it once', command);
  } else if (field.kind === 'group' || field.kind === 'named-lists')
    Object.assign((target[field.name] ??= {}) as object, read);
  else target[field.name] = read;
}

/** Named lists come one by one, each under a name of its own. */
function isNewName(field: FieldDescription, earlier: unknown, read: unknown): boolean {
  return field.kind === 'named-lists' && Object.keys(read as object).every((name) => !(name in (earlier as object)));
}

/** The flag whose values are switches, where this is one of them. */
function findSwitch(command: Command, name: string): CommandFlag | undefined {
  return command.flags.find(({ field }) => field.switches && field.options?.includes(name));
}

function findFlag(command: Command, name: string): { item: CommandFlag; isNegated: boolean } | undefined {
  const item = command.flags.find(
    ({ flag, path }) =>
      flag === name || (flag === PROJECT_FLAG && path[0] === name) || (path.length > 1 && path.join('.') === name),
  );
  if (item) return { item, isNegated: false };
  const positive = name.startsWith('no-') ? name.slice(3) : undefined;
  const negated = command.flags.find(({ flag, field }) => field.kind === 'boolean' && flag === positive);
  return negated && { item: negated, isNegated: true };
}

function readValue(field: FieldDescription, text: string, flag: string, command: Command): unknown {
  if (field.nullable && text === 'none') return null;
  switch (field.kind) {
    case 'number':
    case 'integer': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(number)) throw refused(`--${flag}`, `"${text}" is not a number`, command);
      return number;
    }
    case 'list':
    case 'choices':
      return field.source === 'files' ? [text] : splitListWord(text);
    case 'genes':
      return field.options?.includes(text) ? text : splitListWord(text);
    case 'named-lists': {
      const entry = splitNamedList(text);
      if (!entry) throw refused(`--${flag}`, `"${text}" is no named list; write NAME=A,B`, command);
      return Object.fromEntries([entry]);
    }
    case 'group': {
      const parsed = parseJson(text);
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
        throw refused(`--${flag}`, `it takes --${flag}.NAME VALUE, or a JSON object`, command);
      return parsed;
    }
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownFlag(name: string, command: Command): WorkbenchError {
  if (command.secrets.some((field) => field.name === name) || name in SECRET_VARIABLES) {
    const variable = SECRET_VARIABLES[name];
    return refused(
      `--${name}`,
      `a secret is no flag, since every user of the machine could read it; set ${variable} or be asked`,
      command,
    );
  }
  const known = [...command.flags.map(({ flag }) => flag), ...commonFlags(command)];
  const near = nearest(name, known) ?? nearest(name.replace(/^no-/, ''), known);
  return refused(`--${name}`, suggestion(near && `--${near}`), command);
}

function refused(subject: string, fact: string, command: Command): WorkbenchError {
  const stop = /[.?]$/.test(fact) ? '' : '.';
  return new WorkbenchError('invalid-input', `${subject}: ${fact}${stop} See ${PROGRAM} ${command.words} --help.`);
}
