import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { flagName, PROGRAM } from '#shared/forms/command-line.ts';
import type { Command } from './commands.ts';
import { nearest, suggestion } from './nearest.ts';
import { parseFlags, type RunOptions } from './parse-flags.ts';

/** What a line of words asks for. */
export type Request =
  | { kind: 'version' }
  | { kind: 'help'; namespace?: string; command?: Command }
  | { kind: 'run'; command: Command; input: Record<string, unknown>; options: RunOptions };

/**
 * Reads the words after `gcw`.
 *
 * Throws: `invalid-input` for an unknown command or flag, with the nearest there is, and for values that cannot be read.
 */
export function parseCommand(words: readonly string[], commands: readonly Command[]): Request {
  const wantsHelp = words.some((word) => word === '--help' || word === '-h' || word === 'help');
  if (words[0] === '--version' || words[0] === '-V') return { kind: 'version' };
  const plain = words.filter((word) => word !== 'help');
  const [first, second] = plain[0]?.startsWith('-') ? [] : plain;
  if (first === undefined) {
    const unknown = words.find((word) => word.startsWith('-') && word !== '--help' && word !== '-h');
    if (unknown) throw unknownWord(`flag ${unknown}`, 'a command comes first.', `${PROGRAM} --help`);
    return { kind: 'help' };
  }
  const single = commands.find(({ words: name }) => name === first);
  if (single) {
    return wantsHelp ? { kind: 'help', command: single } : run(single, plain.slice(1));
  }
  const inNamespace = commands.filter(({ words: name }) => name.startsWith(`${first} `));
  if (inNamespace.length === 0) {
    const names = [...new Set(commands.map(({ words: name }) => name.split(' ')[0]))];
    throw unknownWord(`command ${first}`, suggestion(nearest(first, names)), `${PROGRAM} --help`);
  }
  if (second === undefined || second.startsWith('-')) {
    if (wantsHelp || plain.length === 1) return { kind: 'help', namespace: first };
    throw unknownWord(`command ${first}`, 'say which of its commands.', `${PROGRAM} ${first} --help`);
  }
  const command = inNamespace.find(({ procedure }) => flagName(procedure) === second || procedure === second);
  if (!command) {
    const near = nearest(
      second,
      inNamespace.map(({ procedure }) => flagName(procedure)),
    );
    throw unknownWord(
      `command ${first} ${second}`,
      suggestion(near && `${first} ${near}`),
      `${PROGRAM} ${first} --help`,
    );
  }
  if (wantsHelp) return { kind: 'help', command };
  return run(command, plain.slice(2));
}

function run(command: Command, words: readonly string[]): Request {
  return { kind: 'run', command, ...parseFlags(words, command) };
}

function unknownWord(subject: string, hint: string, help: string): WorkbenchError {
  return new WorkbenchError('invalid-input', `${subject}: ${hint} See ${help}.`);
}
