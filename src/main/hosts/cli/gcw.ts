import { assemble } from '../assemble.ts';
import { nodeAdapter } from '../node-adapter.ts';
import { programRoot } from '../places.ts';
import { askSecret } from './ask-secret.ts';
import { listenToInterrupts } from '../interrupts.ts';
import { runCommand } from './run-command.ts';

// npm runs scripts in the program's folder; paths are meant from where the person stands.
if (process.env.npm_lifecycle_event === 'gcw' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const isInteractive = Boolean(process.stdin.isTTY && process.stderr.isTTY);

// A closed pipe (`gcw … | head`) is the reader's decision, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommand(process.argv.slice(2), {
  version: programRoot().version,
  environment: process.env,
  output: process.stdout,
  messages: process.stderr,
  askSecret: isInteractive ? (question) => askSecret(question, process.stdin, process.stderr) : undefined,
  connect: () => assemble(nodeAdapter('cli')),
  onInterrupt: (listener) => listenToInterrupts(process, listener),
});
