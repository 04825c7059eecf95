/** Screens of a finished study project beside those of the study of witnesses. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import type { StudyCase } from '../screen/cases.ts';
import { runScreen, type StudyProject, type StudyScreen } from '../screen/make-screens.ts';

/** Start cells of a large screen. */
export const LARGE = 96;

/** Over-expression in four times as many start cells, from the first start. */
export function largeScreen(study: StudyCase, made: StudyProject, say: (line: string) => void): Promise<StudyScreen> {
  return extraScreen(study, made, { name: 'large', start: study.starts[0], config: { nCells: LARGE } }, say);
}

/** The standard screens with doses in proportion to the depth of each cell. */
export async function screensByDepth(study: StudyCase, made: StudyProject, say: (line: string) => void) {
  const found: StudyScreen[] = [];
  for (const [i, start] of study.starts.entries()) {
    const extra = { name: `by-depth-${String(i)}`, start, config: { doseByDepth: true } };
    found.push(await extraScreen(study, made, extra, say));
  }
  return found;
}

/** Kept in the project, and named in a file beside it. */
async function extraScreen(
  study: StudyCase,
  made: StudyProject,
  { name, start, config }: { name: string; start: string; config: Partial<ScreenConfig> },
  say: (line: string) => void,
): Promise<StudyScreen> {
  const file = made.file.replace(/\.gcwproj$/, `-${name}.json`);
  if (!existsSync(file)) {
    const artifact = await runScreen(made.file, {
      labelColumn: study.labelColumn,
      start,
      goals: study.goals.filter((goal) => goal !== start),
      seed: made.seed,
      operators: ['over-express'],
      ...config,
    });
    writeFileSync(`${file}.part`, JSON.stringify({ start, variant: 'standard', artifact } satisfies StudyScreen));
    renameSync(`${file}.part`, file);
    say(`${made.case}-${String(made.seed)}: ${name} from ${start}`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as StudyScreen;
}
