/** One case with one seed, through the services the window and the command line use; leaves a project with its screens. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assemble } from '#hosts/assemble.ts';
import { type Client, followJob, jobResult } from '#hosts/cli/follow-job.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import type { StudyCase } from './cases.ts';

export const STUDY_PASSPHRASE = 'study';
/** As in the demo: the co-expression prior knows the genes already. */
const PRETRAINING_STEPS = 80;

/** A screen of the study and what sets it apart from the others. */
export interface StudyScreen {
  start: string;
  variant: ScreenVariant;
  artifact: string;
}

export interface StudyProject {
  case: string;
  seed: number;
  file: string;
  screens: StudyScreen[];
  classifier: { model: number; bestBaseline: number };
  seconds: number;
}

/** What is varied of a screen. The first of each case runs with every seed, the others with the first. */
export const VARIANTS = {
  standard: { operators: ['over-express', 'mask', 'knock-down', 'to-rank'] },
  'dose-median': { operators: ['over-express'], dosePercentile: 0.5 },
  'dose-highest': { operators: ['over-express'], dosePercentile: 1 },
  'mean-pooling': { operators: ['over-express', 'mask'], pooling: 'mean' },
} as const satisfies Record<string, Partial<ScreenConfig>>;
export type ScreenVariant = keyof typeof VARIANTS;

/** Runs what is not there yet. `folder` holds one project and one summary per case and seed. */
export async function makeScreens(
  study: StudyCase,
  seed: number,
  { cells, folder, say }: { cells: string; folder: string; say: (line: string) => void },
): Promise<StudyProject> {
  mkdirSync(folder, { recursive: true });
  const name = `${study.name}-${seed}`;
  const summary = path.join(folder, `${name}.json`);
  if (existsSync(summary)) return JSON.parse(readFileSync(summary, 'utf8')) as StudyProject;
  const file = path.join(folder, `${name}.gcwproj`);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const workbench = assemble(nodeAdapter('cli'));
  const startMs = performance.now();
  try {
    const { client } = workbench;
    await client.project.create({ path: file, passphrase: STUDY_PASSPHRASE, name });
    const run = (started: Promise<{ jobId: JobId }>) => finish(client, started);
    const imported = await run(
      client.dataset.import({
        input: [cells],
        name: study.name,
        labelColumn: study.labelColumn,
        ...(study.species && { species: study.species }),
      }),
    );
    const prepared = await run(client.preprocess.run({ dataset: 'latest' }));
    say(`${name}: ${String(prepared.nCellsKept)} of ${String(imported.nCells)} cells, ${String(imported.species)}`);
    const labelled = { tokens: 'latest', labelColumn: study.labelColumn } as const;
    await run(
      client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 1, maxSteps: PRETRAINING_STEPS, seed }),
    );
    await run(client.training.finetune({ model: 'latest', ...labelled, seed }));
    const report = await client.training.report({ model: 'latest' });
    const classifier = {
      model: report.model.macroF1,
      bestBaseline: Math.max(...report.baselines.map(({ macroF1 }) => macroF1)),
    };
    say(`${name}: macro-F1 ${classifier.model.toFixed(3)}, best simple ${classifier.bestBaseline.toFixed(3)}`);
    const screens: StudyScreen[] = [];
    for (const start of study.starts) {
      const goals = study.goals.filter((goal) => goal !== start);
      for (const variant of Object.keys(VARIANTS) as ScreenVariant[]) {
        if (variant !== 'standard' && (seed !== 0 || start !== study.starts[0])) continue;
        const { operators, ...rest } = VARIANTS[variant];
        const made = await run(
          client.screen.run({ model: 'latest', ...labelled, start, goals, seed, operators: [...operators], ...rest }),
        );
        screens.push({ start, variant, artifact: String(made.screenId) });
        say(`${name}: ${variant} from ${start}, ${String(made.nGenes)} genes, ${String(made.nPasses)} passes`);
      }
    }
    const seconds = (performance.now() - startMs) / 1000;
    const done: StudyProject = { case: study.name, seed, file, screens, classifier, seconds };
    writeFileSync(`${summary}.part`, JSON.stringify(done, null, 1));
    renameSync(`${summary}.part`, summary);
    say(`${name}: ${seconds.toFixed(0)} s`);
    return done;
  } finally {
    await workbench.close();
  }
}

/** One more screen of a finished project with its last model; the artifact it is kept as. */
export async function runScreen(
  file: string,
  config: Partial<ScreenConfig> & Pick<ScreenConfig, 'labelColumn' | 'start' | 'goals'>,
): Promise<string> {
  const workbench = assemble(nodeAdapter('cli'));
  try {
    const { client } = workbench;
    await client.project.open({ path: file, passphrase: STUDY_PASSPHRASE });
    const made = await finish(client, client.screen.run({ model: 'latest', tokens: 'latest', ...config }));
    return String(made.screenId);
  } finally {
    await workbench.close();
  }
}

async function finish(client: Client, started: Promise<{ jobId: JobId }>): Promise<Record<string, unknown>> {
  const { jobId } = await started;
  return jobResult(await followJob(client, jobId));
}
