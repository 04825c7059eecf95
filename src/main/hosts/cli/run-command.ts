import { writeFile } from 'node:fs/promises';
import { fromOrpc } from '#shared/errors/from-orpc.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { issueMessage, wordIssues, type InputIssue } from '#services/issue-words.ts';
import { allCommands, SECRET_VARIABLES, type Command } from './commands.ts';
import { followJob, jobResult, type Client } from './follow-job.ts';
import { followWork } from './follow-work.ts';
import { formatResult } from './format-result.ts';
import { commandHelp, namespaceHelp, programHelp } from './help.ts';
import { parseCommand } from './parse-command.ts';
import type { RunOptions } from './parse-flags.ts';
import { ProgressPrinter, type MessageStream } from './progress-printer.ts';

/** Everything a command touches outside itself. */
export interface CommandWorld {
  version: string;
  environment: Readonly<Record<string, string | undefined>>;
  output: { write(text: string): unknown };
  messages: MessageStream;
  /** Reads a secret from the terminal; undefined where nobody can be asked. */
  askSecret: ((question: string) => Promise<string>) | undefined;
  /** Starts the services; only called when a command needs them. */
  connect(): { client: Client; close(): Promise<void> };
  /** Calls the listener on every interrupt (Ctrl-C); returns how to stop that. */
  onInterrupt(listener: () => void): () => void;
}

/** A resumed job runs in this process, so it is followed like a started one. */
const RESUME = 'jobs resume';

/** Runs the words after `gcw` and returns the exit status. */
export async function runCommand(words: readonly string[], world: CommandWorld): Promise<number> {
  const commands = allCommands();
  let isJson = words.includes('--json');
  try {
    const request = parseCommand(words, commands);
    if (request.kind === 'version') world.output.write(`${world.version}\n`);
    else if (request.kind === 'help') {
      const { command, namespace } = request;
      if (command) world.output.write(`${commandHelp(command)}\n`);
      else world.output.write(`${namespace ? namespaceHelp(namespace, commands) : programHelp(commands)}\n`);
    } else {
      isJson ||= request.command.meta.isVerdict ?? false;
      const failure = await run(request.command, request.input, request.options, world);
      if (failure) world.messages.write(`gcw: ${failure.message}\n`);
      return failure?.exitStatus ?? 0;
    }
    return 0;
  } catch (thrown) {
    const error = fromOrpc(thrown);
    world.messages.write(`gcw: ${error.message}\n`);
    if (isJson) world.output.write(`${JSON.stringify({ error: error.toData() })}\n`);
    if (world.environment.GCW_DEBUG) world.messages.write(`${stackOf(thrown)}\n`);
    return error.exitStatus;
  }
}

/** Gives what a verdict failed with; null when there is nothing to say against it. */
async function run(
  command: Command,
  given: Record<string, unknown>,
  options: RunOptions,
  world: CommandWorld,
): Promise<WorkbenchError | null> {
  refuseBadInput(command, given);
  if (!command.meta.withoutProject && options.project === undefined) {
    throw new WorkbenchError('invalid-input', `--project: gcw ${command.words} works on a project; say which file.`);
  }
  const input = { ...given, ...(await readSecrets(command, world)) };
  const opened = options.project === undefined ? undefined : await openingInput(options.project, world);
  const { client, close } = world.connect();
  try {
    if (opened) await client.project.open(opened);
    const result = await call(command, input, client, world);
    if (!command.meta.isVerdict) {
      await print(result, options, world);
      return null;
    }
    world.output.write(`${JSON.stringify(result, null, 2)}\n`);
    const { failure } = result as { failure: Parameters<typeof WorkbenchError.fromData>[0] | null };
    return failure && WorkbenchError.fromData(failure);
  } finally {
    await close();
  }
}

async function call(
  command: Command,
  input: Record<string, unknown>,
  client: Client,
  world: CommandWorld,
): Promise<unknown> {
  const namespace = client[command.namespace as keyof Client] as unknown as Record<
    string,
    (input: unknown, options: { signal: AbortSignal }) => Promise<unknown>
  >;
  const abort = new AbortController();
  const isFollowed = command.meta.startsJob || command.words === RESUME;
  const stopListening = isFollowed ? undefined : world.onInterrupt(() => abort.abort());
  try {
    const result = await namespace[command.procedure](input, { signal: abort.signal });
    if (command.meta.tellsProgress) return await followWork(result as Parameters<typeof followWork>[0], world.messages);
    if (!isFollowed) return result;
    const { jobId, id } = result as { jobId?: JobId; id?: JobId };
    return await follow((jobId ?? id)!, client, world);
  } finally {
    stopListening?.();
  }
}

/** The first interrupt lets the job reach its next checkpoint, the second ends it at once. */
async function follow(jobId: JobId, client: Client, world: CommandWorld): Promise<Record<string, unknown>> {
  const printer = new ProgressPrinter(world.messages);
  let nInterrupts = 0;
  const stopListening = world.onInterrupt(() => {
    const force = ++nInterrupts > 1;
    printer.end();
    world.messages.write(
      force ? 'Stopping at once.\n' : 'Stopping at the next checkpoint; press Ctrl-C again to stop at once.\n',
    );
    // The job may have ended in between; then following it says how.
    client.jobs.cancel({ jobId, force }).catch(() => undefined);
  });
  try {
    return jobResult(await followJob(client, jobId, (event) => printer.event(event)));
  } finally {
    printer.end();
    stopListening();
  }
}

async function print(result: unknown, options: RunOptions, world: CommandWorld): Promise<void> {
  let shown = result;
  if (isDocument(result)) {
    const { content, ...rest } = result;
    const isBinary = result.encoding === 'base64';
    if (options.out !== undefined) {
      await writeFile(options.out, Buffer.from(content, result.encoding));
      world.messages.write(`Written to ${options.out}\n`);
      shown = { ...rest, path: options.out };
      if (!options.json) return;
    } else if (!options.json) {
      if (isBinary) {
        throw new WorkbenchError(
          'invalid-input',
          `--out: ${result.fileName} is no text to print; say which file it goes to.`,
        );
      }
      world.output.write(content.endsWith('\n') ? content : `${content}\n`);
      return;
    }
  }
  world.output.write(options.json ? `${JSON.stringify(shown)}\n` : `${formatResult(shown)}\n`);
}

/** Something to read or to keep as a file, which is printed as it is. */
function isDocument(
  result: unknown,
): result is { fileName: string; mediaType: string; encoding?: 'utf8' | 'base64'; content: string } {
  if (typeof result !== 'object' || result === null) return false;
  return ['fileName', 'mediaType', 'content'].every(
    (name) => typeof (result as Record<string, unknown>)[name] === 'string',
  );
}

/** Refuses what the schema refuses before a passphrase is asked for, naming flags instead of fields. */
function refuseBadInput(command: Command, given: Record<string, unknown>): void {
  const result = command.input.safeParse(given);
  if (result.success) return;
  const secrets = new Set<PropertyKey>(command.secrets.map(({ name }) => name));
  const issues = wordIssues(command.input, result.error.issues).filter(({ path }) => !secrets.has(path[0]));
  if (issues.length === 0) return;
  const named = issues.map((issue) => ({ ...issue, title: flagTitle(command, issue) }));
  throw new WorkbenchError('invalid-input', `${issueMessage(named)} See gcw ${command.words} --help.`, {
    details: { issues },
  });
}

function flagTitle(command: Command, { path, title }: InputIssue): string {
  const names = path.filter((part) => typeof part === 'string').join('.');
  const item = command.flags.find((each) => each.path.join('.') === names);
  if (!item) return title;
  return title === item.field.name || title === names ? `--${item.flag}` : `--${item.flag} (${title})`;
}

async function readSecrets(command: Command, world: CommandWorld): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  const hasRecoveryKey = Boolean(world.environment[SECRET_VARIABLES.recoveryKey]);
  for (const { name, title, required } of command.secrets) {
    const known = world.environment[SECRET_VARIABLES[name]];
    if (known) secrets[name] = known;
    else if (name === 'passphrase' && (required || !hasRecoveryKey)) {
      secrets[name] = await askPassphrase(title, required, world);
    }
  }
  return secrets;
}

async function openingInput(
  path: string,
  world: CommandWorld,
): Promise<{ path: string; passphrase?: string; recoveryKey?: string }> {
  const recoveryKey = world.environment[SECRET_VARIABLES.recoveryKey];
  if (recoveryKey) return { path, recoveryKey };
  const known = world.environment[SECRET_VARIABLES.passphrase];
  return { path, passphrase: known || (await askPassphrase('Passphrase', false, world)) };
}

async function askPassphrase(title: string, isNew: boolean, world: CommandWorld): Promise<string> {
  if (!world.askSecret) {
    throw new WorkbenchError(
      'invalid-input',
      `${title}: nobody can be asked here; set ${SECRET_VARIABLES.passphrase} or run this in a terminal.`,
    );
  }
  const secret = await world.askSecret(title);
  if (isNew && (await world.askSecret(`${title} again`)) !== secret) {
    throw new WorkbenchError('invalid-input', `${title}: the two differ; nothing was made. Try again.`);
  }
  return secret;
}

/** Without the values that errors of the schema library carry along. */
function stackOf(thrown: unknown): string {
  const lines: string[] = [];
  for (let current = thrown; current instanceof Error; current = current.cause)
    lines.push(current.stack ?? current.message);
  return lines.join('\ncaused by ');
}
