import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { makeScreens, type StudyProject } from './make-screens.ts';
import { readTasks, type StudyTask } from './read-project.ts';
import { studyMarkdown } from './report.ts';

const CELLS = '../shared/data/cells';

/**
 * `npm run study -- screen [--runs blood-0,islet-1] [--folder DIR] [--markdown FILE]`
 *
 * A run is a data set and a seed; without `--runs`, every data set with seed 0. What the folder holds is not made again.
 */
export async function runScreenStudy(words: string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: words,
    options: {
      runs: { type: 'string', default: CASES.map(({ name }) => `${name}-0`).join(',') },
      folder: { type: 'string', default: path.join(os.tmpdir(), 'gcw-study-screen') },
      markdown: { type: 'string' },
    },
  });
  const tasks: StudyTask[] = [];
  const projects: StudyProject[] = [];
  for (const run of flags.runs.split(',')) {
    const [, name, seed] = /^(.*)-(\d+)$/.exec(run) ?? [];
    const study = CASES.find((one) => one.name === name);
    if (!study)
      throw new Error(`${run}: a run is one of ${CASES.map((one) => one.name).join(', ')}, a dash and a seed`);
    const cells = path.join(CELLS, `${study.file}.h5ad`);
    if (!existsSync(cells)) {
      console.log(`skipped ${run}: ${cells} is not there (data beside the repository)`);
      continue;
    }
    const say = (line: string) => console.log(line);
    const made = await makeScreens(study, Number(seed), { cells, folder: flags.folder, say });
    projects.push(made);
    tasks.push(...(await keptTasks(made, path.join(flags.folder, 'witnesses'))));
  }
  if (tasks.length === 0) return;
  const text = studyMarkdown(tasks, projects);
  if (flags.markdown) writeFileSync(flags.markdown, text);
  else console.log(text);
}

/** Witnesses of a finished project, read once: the analysis alone takes seconds. */
export async function keptTasks(made: StudyProject, folder: string): Promise<StudyTask[]> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${made.case}-${made.seed}.json`);
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await readTasks(made)));
  return JSON.parse(readFileSync(file, 'utf8')) as StudyTask[];
}
