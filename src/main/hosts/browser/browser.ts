import { parseArgs } from 'node:util';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { runBrowserHost } from './run-browser-host.ts';

const MAX_PORT = 65_535;

try {
  await runBrowserHost({
    port: readPort(process.argv.slice(2)),
    print: (line) => console.log(line),
  });
} catch (thrown) {
  const error = toWorkbenchError(thrown);
  console.error(error.message);
  process.exitCode = error.exitStatus;
}

function readPort(words: string[]): number {
  const { values } = parseArgs({
    args: words,
    options: { port: { type: 'string' } },
    strict: false,
  });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new WorkbenchError(
      'invalid-input',
      `--port: it must be a whole number from 0 (any free one) to ${MAX_PORT}.`,
    );
  }
  return port;
}
