import { PROGRAM } from '#shared/forms/command-line.ts';
import type { FieldDescription } from '#shared/forms/schema-fields.ts';
import { commonFlags, PROJECT_FLAG, SECRET_VARIABLES, type Command, type CommandFlag } from './commands.ts';

const WIDTH = 100;
const ARTIFACT_SOURCES: ReadonlySet<string> = new Set(['dataset', 'tokens', 'model', 'screen']);

/** Everything there is, one line each. */
export function programHelp(commands: readonly Command[]): string {
  return [
    `${PROGRAM}: find the genes that drive a cell from one fate to another, on your own machine.`,
    '',
    `Usage: ${PROGRAM} COMMAND --project FILE [--flag value]…`,
    '',
    ...commandList(commands),
    '',
    `${PROGRAM} COMMAND --help says what its flags do. ${PROGRAM} --version says which version this is.`,
    `The passphrase of a project is asked for, or read from ${SECRET_VARIABLES.passphrase}.`,
  ].join('\n');
}

/** Commands of one namespace. */
export function namespaceHelp(namespace: string, commands: readonly Command[]): string {
  const own = commands.filter(({ words }) => words.startsWith(`${namespace} `));
  return [
    `Usage: ${PROGRAM} ${namespace} COMMAND --project FILE [--flag value]…`,
    '',
    ...commandList(own),
    '',
    `${PROGRAM} ${namespace} COMMAND --help says what its flags do.`,
  ].join('\n');
}

/** Flags of one command, in the words of its fields. */
export function commandHelp(command: Command): string {
  const own = command.flags.filter(({ field }) => field.kind !== 'group');
  const shown = [...own.filter(({ field }) => !field.advanced), ...own.filter(({ field }) => field.advanced)];
  const required = own.filter(({ field }) => field.required).map((item) => `--${item.flag} ${placeholder(item.field)}`);
  const needsProject = !command.meta.withoutProject;
  const usage = [PROGRAM, command.words, ...(needsProject ? [`--${PROJECT_FLAG} FILE`] : []), ...required];
  return [
    `Usage: ${usage.join(' ')}${shown.length > required.length ? ' [--flag value]…' : ''}`,
    '',
    command.meta.help,
    ...(shown.length > 0 ? ['', ...shown.flatMap(flagHelp)] : []),
    '',
    ...commonFlags(command).flatMap((flag) => entry(COMMON[flag].usage, COMMON[flag].help)),
    ...command.secrets.flatMap((field) => [
      '',
      ...wrap(`${field.title}: asked for, or read from ${SECRET_VARIABLES[field.name]}. ${field.help}`, 0),
    ]),
  ].join('\n');
}

const COMMON: Record<string, { usage: string; help: string }> = {
  project: { usage: `--${PROJECT_FLAG} FILE`, help: 'The project to open; its passphrase is asked for.' },
  json: { usage: '--json', help: 'The result as one JSON document; messages go to the error output.' },
  out: { usage: '--out FILE', help: 'Write the content to a file instead of the output.' },
};

function commandList(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ words }) => words.length));
  return commands.map(({ words, meta }) => `  ${words.padEnd(width)}  ${meta.help}`);
}

function flagHelp({ flag, field }: CommandFlag): string[] {
  const name = field.kind === 'boolean' ? `--${flag} | --no-${flag}` : `--${flag} ${placeholder(field)}`;
  const facts = factsOf(field);
  const title = field.title === field.name ? '' : `${field.title}. `;
  return entry(name, `${title}${field.help}${facts.length > 0 ? ` [${facts.join('; ')}]` : ''}`);
}

function placeholder(field: FieldDescription): string {
  switch (field.kind) {
    case 'number':
    case 'integer':
      return 'N';
    case 'choice':
      return (field.options ?? []).join('|');
    case 'choices':
      return `${(field.options ?? []).join('|')},…`;
    case 'list':
      return 'A,B,…';
    case 'named-lists':
      return 'NAME=A,B,…';
    case 'genes':
      return [...(field.options ?? []), 'A,B,…'].join('|');
    default:
      if (isArtifact(field)) return 'ID';
      return field.source === 'file' || field.name === 'path' ? 'FILE' : 'TEXT';
  }
}

function isArtifact({ source }: FieldDescription): boolean {
  return source !== undefined && ARTIFACT_SOURCES.has(source);
}

function factsOf(field: FieldDescription): string[] {
  const facts: string[] = [];
  if (field.required) facts.push('required');
  if (field.unit) facts.push(field.unit);
  const low =
    field.minimum === undefined ? '' : `${field.exclusiveMinimum ? 'more than' : 'at least'} ${field.minimum}`;
  const high =
    field.maximum === undefined ? '' : `${field.exclusiveMaximum ? 'less than' : 'at most'} ${field.maximum}`;
  if (low || high) facts.push([low, high].filter(Boolean).join(', '));
  if (isArtifact(field)) facts.push('an id, its first characters, or latest');
  if (field.switches) facts.push(`each is a switch too: ${field.options!.map((value) => `--${value}`).join(', ')}`);
  if (field.nullable) facts.push('none switches it off');
  if (field.default !== undefined) facts.push(`default ${defaultText(field.default)}`);
  return facts;
}

function defaultText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(',') : 'empty';
  return String(value);
}

function entry(name: string, text: string): string[] {
  return [`  ${name}`, ...wrap(text, 6)];
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines.map((each) => ' '.repeat(indent) + each);
}
