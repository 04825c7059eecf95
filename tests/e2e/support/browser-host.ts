import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..', '..');

export interface RunningHost {
  /** With the one-time token. */
  address: string;
  /** Asks it to end and gives its exit status. */
  stop(): Promise<number | null>;
}

/** The browser host as a user starts it, with a data folder of its own and, where given, a home folder. */
export async function startBrowserHost({ homeFolder }: { homeFolder?: string } = {}): Promise<RunningHost> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'gcw-e2e-'));
  const home = homeFolder === undefined ? {} : { HOME: homeFolder, USERPROFILE: homeFolder };
  const child = spawn(process.execPath, [path.join(root, 'src', 'main', 'hosts', 'browser', 'browser.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...home, GCW_DATA_FOLDER: dataFolder },
  });
  const address = await printedAddress(child);
  return {
    address,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', (code) => {
          rmSync(dataFolder, { recursive: true, force: true });
          resolve(code);
        });
        child.kill('SIGINT');
      }),
  };
}

/** The address a program prints once its window is served. */
export function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const [address] = /http:\S+\n/.exec(printed) ?? [];
      if (address) resolve(address.trim());
    });
    child.once('exit', (code) => reject(new Error(`the host ended with ${code} before it printed an address`)));
  });
}
