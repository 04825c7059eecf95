import { z } from 'zod';
import type { ProcedureMeta } from '#shared/contract/base.ts';
import { contract } from '#shared/contract/index.ts';
import { flagName } from '#shared/forms/command-line.ts';
import { schemaFields, type FieldDescription } from '#shared/forms/schema-fields.ts';

/** A flag of a command and the input field it fills. */
export interface CommandFlag {
  /** Without dashes. */
  flag: string;
  field: FieldDescription;
  /** Names from the input's root to the field: more than one inside a group. */
  path: readonly string[];
}

/** A procedure of the contract as the command line offers it. */
export interface Command {
  namespace: string;
  /** Name in the contract. */
  procedure: string;
  /** `dataset import`. */
  words: string;
  meta: ProcedureMeta;
  input: z.ZodType;
  flags: readonly CommandFlag[];
  /** Fields asked for or taken from the environment: a flag would show them to every user of the machine. */
  secrets: readonly FieldDescription[];
  /** The output is a file's content, which goes to the output or a file as it is. */
  isExport: boolean;
}

/** Secret field → the environment variable it may come from. */
export const SECRET_VARIABLES: Readonly<Record<string, string>> = {
  passphrase: 'GCW_PASSPHRASE',
  recoveryKey: 'GCW_RECOVERY_KEY',
};

/** The flag that opens a project; creating and opening one names its file with it too. */
export const PROJECT_FLAG = 'project';

/** Flags every command has besides those of its input. */
export function commonFlags(command: Command): string[] {
  const own = command.flags.some(({ flag }) => flag === PROJECT_FLAG) ? [] : [PROJECT_FLAG];
  return [...own, 'json', ...(command.isExport ? ['out'] : [])];
}

interface ContractProcedure {
  '~orpc': { meta: ProcedureMeta; inputSchema?: unknown; outputSchema?: unknown };
}

/** Every command, in the order of the contract. */
export function allCommands(): Command[] {
  return Object.entries(contract).flatMap(([namespace, procedures]) =>
    Object.entries(procedures as unknown as Record<string, ContractProcedure>)
      .filter(([, { '~orpc': definition }]) => !definition.meta.notOnCommandLine)
      .map(([name, { '~orpc': definition }]) => toCommand(namespace, name, definition)),
  );
}

function toCommand(namespace: string, procedure: string, definition: ContractProcedure['~orpc']): Command {
  const input = definition.inputSchema instanceof z.ZodType ? definition.inputSchema : z.object({});
  const fields = schemaFields(input);
  const namesProject = namespace === 'project';
  return {
    namespace,
    procedure,
    words: definition.meta.command ?? `${namespace} ${flagName(procedure)}`,
    meta: definition.meta,
    input,
    flags: fields
      .filter(({ name }) => !(name in SECRET_VARIABLES))
      .flatMap((field) => flagsOfField(field, [], namesProject)),
    secrets: fields.filter(({ name }) => name in SECRET_VARIABLES),
    isExport: isExport(definition.outputSchema),
  };
}

function flagsOfField(field: FieldDescription, parents: readonly string[], namesProject: boolean): CommandFlag[] {
  const path = [...parents, field.name];
  const flag = namesProject && field.name === 'path' ? PROJECT_FLAG : flagName(...path);
  const members = (field.fields ?? []).flatMap((member) => flagsOfField(member, path, false));
  return [{ flag, field, path }, ...members];
}

function isExport(output: unknown): boolean {
  if (!(output instanceof z.ZodObject)) return false;
  return ['fileName', 'mediaType', 'content'].every((name) => name in output.shape);
}
