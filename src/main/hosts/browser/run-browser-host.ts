import path from 'node:path';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { assemble } from '../assemble.ts';
import { listenToInterrupts } from '../interrupts.ts';
import { nodeAdapter } from '../node-adapter.ts';
import { programRoot } from '../places.ts';
import { startBrowserServer } from './server.ts';

export interface BrowserHostOptions {
  /** 0 takes a free one. */
  port: number;
  print(line: string): void;
}

/** Starts the services and the window's server; prints the address and stays until SIGINT or SIGTERM. */
export async function runBrowserHost({ port, print }: BrowserHostOptions): Promise<void> {
  const workbench = assemble(nodeAdapter('browser'));
  const rendererFolder = path.join(programRoot().folder, 'out', 'renderer');
  const server = await startBrowserServer({
    router: workbench.router,
    rendererFolder,
    port,
  }).catch(async (thrown) => {
    await workbench.close();
    throw thrown;
  });
  print(`GeneCompass Workbench is open at ${server.address}`);
  await firstInterrupt();
  await server.close();
  await workbench.close();
}

/** The first interrupt lets running jobs reach a checkpoint; a second one ends the host at once. */
function firstInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    let nHeard = 0;
    listenToInterrupts(process, () => (++nHeard === 1 ? resolve() : process.exit(ERROR_CODES.cancelled.exitStatus)));
  });
}
