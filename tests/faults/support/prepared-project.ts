import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble } from '#hosts/assemble.ts';
import { type Client, followJob } from '#hosts/cli/follow-job.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import type { KdfCost } from '#project/key.ts';
import { Project } from '#project/project.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { writeH5ad } from '../../support/write-h5ad.ts';
import { PASSPHRASE } from './command-line.ts';
import type { Dataset } from '#singlecell/types.ts';
import { faultyCells } from './faulty-cells.ts';

/** What a passphrase costs is paid by every program that opens the project, and no fault depends on it. */
export const QUICK_KEY: KdfCost = { memoryKiB: 8, iterations: 1 };
const SIDE_FILES = ['', '-wal', '-shm', '-journal'];

export interface PreparedProject {
  folder: string;
  dataFolder: string;
  /** The file the project was made from. */
  cells: string;
  file: string;
  /** A copy nobody else touches. */
  copy(name: string): string;
  remove(): void;
}

export type Step = 'import' | 'preprocess' | 'pretrain' | 'finetune' | 'screen' | 'ranking' | 'map';

/** A small project with every step up to `last` done, made in this process: one start instead of five. */
export async function prepareProject(last: Step, dataset: Dataset = faultyCells()): Promise<PreparedProject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gcw-faults-'));
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder);
  const cells = path.join(folder, 'cells.h5ad');
  const file = path.join(folder, 'prepared.gcwproj');
  await writeH5ad(cells, dataset);
  const before = process.env.GCW_DATA_FOLDER;
  process.env.GCW_DATA_FOLDER = dataFolder;
  const workbench = assemble(nodeAdapter('cli'));
  if (before === undefined) delete process.env.GCW_DATA_FOLDER;
  else process.env.GCW_DATA_FOLDER = before;
  try {
    const { project } = await Project.create(file, { passphrase: PASSPHRASE, name: 'prepared', kdf: QUICK_KEY });
    project.close();
    await workbench.client.project.open({ path: file, passphrase: PASSPHRASE });
    for (const step of Object.keys(STEPS) as Step[]) {
      const { jobId } = await STEPS[step](workbench.client, cells);
      await followJob(workbench.client, jobId);
      if (step === last) break;
    }
  } finally {
    await workbench.close();
  }
  return {
    folder,
    dataFolder,
    cells,
    file,
    copy(name) {
      const copied = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.gcwproj`);
      copyProject(file, copied);
      return copied;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const STEPS: Record<Step, (client: Client, cells: string) => Promise<{ jobId: JobId }>> = {
  import: (client, input) => client.dataset.import({ input: [input], labelColumn: 'cell_type' }),
  preprocess: (client) => client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 3 }),
  pretrain: (client) => client.model.pretrain({ tokens: 'latest', epochs: 0 }),
  finetune: (client) =>
    client.training.finetune({ model: 'latest', tokens: 'latest', labelColumn: 'cell_type', epochs: 1 }),
  screen: (client) =>
    client.screen.run({
      model: 'latest',
      tokens: 'latest',
      labelColumn: 'cell_type',
      start: 'progenitor',
      goals: ['mature'],
      nCells: 4,
    }),
  ranking: (client) => client.ranking.run({ screen: 'latest', goal: 'mature' }),
  map: (client) => client.dataset.map({ dataset: 'latest' }),
};

/** With what is not yet in the one file, as a copy of a crashed machine's disk would be. */
export function copyProject(from: string, to: string): void {
  for (const suffix of SIDE_FILES) if (existsSync(from + suffix)) cpSync(from + suffix, to + suffix);
}

/** What a fault must not change, and what a job has kept; reading it checks every page, every blob and the audit chain. */
export async function snapshot(file: string, jobId?: JobId) {
  const project = await Project.open(file, { passphrase: PASSPHRASE });
  try {
    project.integrityCheck({ content: true });
    return {
      artifacts: project.artifacts.list().map(({ id }) => id),
      isAuditIntact: project.audit.verify().intact,
      audit: project.audit.entries(),
      jobs: project.jobs.list(),
      keptParts: jobId ? project.blobs.list(`job:${jobId}`).map(({ name }) => name) : [],
    };
  } finally {
    project.close();
  }
}
