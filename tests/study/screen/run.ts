import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { makeScreens, type StudyProject } from './make-screens.ts';
import { type StudyTask, readTasks } from './read-project.ts';
import { studyMarkdown } from './report.ts';

const CELLS = '../shared/data/cells';

/**
 * `npm run study -- screen [--cases blood,islet] [--seeds 0,1] [--folder DIR] [--markdown FILE]`
 *
 * Screens each data set with each seed unless the folder holds it already, and measures every witness.
 */
export async function runScreenStudy(words: string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: words,
    options: {
      cases: { type: 'string', default: CASES.map(({ name }) => name).join(',') },
      seeds: { type: 'string', default: '0,1,2' },
      folder: { type: 'string', default: path.join(os.tmpdir(), 'gcw-study-screen') },
      markdown: { type: 'string' },
    },
  });
  const names = flags.cases.split(',');
  const tasks: StudyTask[] = [];
  const projects: StudyProject[] = [];
  for (const seed of flags.seeds.split(',').map(Number))
    for (const study of CASES.filter(({ name }) => names.includes(name))) {
      const cells = path.join(CELLS, `${study.file}.h5ad`);
      if (!existsSync(cells)) {
        console.log(`skipped ${study.name}: ${cells} is not there (data beside the repository)`);
        continue;
      }
      const say = (line: string) => console.log(line);
      const made = await makeScreens(study, seed, { cells, folder: flags.folder, say });
      projects.push(made);
      tasks.push(...(await keptTasks(made, path.join(flags.folder, 'witnesses'))));
    }
  const text = studyMarkdown(tasks, projects);
  if (flags.markdown) writeFileSync(flags.markdown, text);
  else console.log(text);
}

/** Witnesses of a finished project, read once: the analysis alone takes seconds. */
async function keptTasks(made: StudyProject, folder: string): Promise<StudyTask[]> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${made.case}-${made.seed}.json`);
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await readTasks(made)));
  return JSON.parse(readFileSync(file, 'utf8')) as StudyTask[];
}
