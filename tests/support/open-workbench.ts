import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble } from '#hosts/assemble.ts';
import { type Client, followJob, jobResult } from '#hosts/cli/follow-job.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import type { JobId } from '#shared/domain/ids.ts';

/** The whole program without a window, in a folder of its own. */
export interface TestWorkbench {
  readonly client: Client;
  /** Where a test puts its files; the program's own data lie in `data` within. */
  readonly folder: string;
  /** Path of a file in the folder. */
  at(name: string): string;
  /** Waits for a job and gives what it reports. */
  finish(started: Promise<{ jobId: JobId }>): Promise<Record<string, unknown>>;
  /** Ends the program and keeps the folder. */
  close(): Promise<void>;
  /** Ends the program and removes the folder. */
  remove(): Promise<void>;
}

/** Opens the program with its engine in a child process. `name` begins the name of the folder. */
export function openWorkbench(name: string): TestWorkbench {
  const folder = mkdtempSync(path.join(tmpdir(), `gcw-${name}-`));
  const before = process.env.GCW_DATA_FOLDER;
  process.env.GCW_DATA_FOLDER = path.join(folder, 'data');
  mkdirSync(process.env.GCW_DATA_FOLDER);
  const { client, close } = assemble(nodeAdapter('cli'));
  let open = true;
  const closeOnce = async () => {
    if (!open) return;
    open = false;
    await close();
    if (before === undefined) delete process.env.GCW_DATA_FOLDER;
    else process.env.GCW_DATA_FOLDER = before;
  };
  return {
    client,
    folder,
    at: (file) => path.join(folder, file),
    finish: async (started) => jobResult(await followJob(client, (await started).jobId)),
    close: closeOnce,
    remove: async () => {
      await closeOnce();
      rmSync(folder, { recursive: true });
    },
  };
}
