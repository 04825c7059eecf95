import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from '../screen/cases.ts';
import { makeScreens } from '../screen/make-screens.ts';
import { keptTasks } from '../screen/run.ts';
import { largeScreen, screensByDepth } from './extra-screens.ts';
import { type DepthTask, readDepth } from './read-depth.ts';
import { readingByLength } from './reading.ts';
import {
  anatomyMarkdown,
  correctionMarkdown,
  dosesMarkdown,
  drawsMarkdown,
  madeUpMarkdown,
  readingMarkdown,
} from './report.ts';

const CELLS = '../shared/data/cells';
const PARTS = ['anatomy', 'reading', 'corrections', 'doses', 'draws', 'made-up'] as const;
type Part = (typeof PARTS)[number];

/**
 * `npm run study -- depth [--runs blood-0,islet-1] [--only anatomy,reading,corrections,doses,draws,made-up] [--screens 200] [--folder DIR] [--markdown FILE]`
 *
 * Takes the screens of `npm run study -- screen` from its folder, and makes those that are not there.
 */
export async function runDepthStudy(words: string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: words,
    options: {
      runs: { type: 'string', default: CASES.map(({ name }) => `${name}-0`).join(',') },
      only: { type: 'string', default: PARTS.join(',') },
      screens: { type: 'string', default: '200' },
      folder: { type: 'string', default: path.join(os.tmpdir(), 'gcw-study-screen') },
      markdown: { type: 'string' },
    },
  });
  const wants = (part: Part) => flags.only.split(',').includes(part);
  const text: string[] = [];
  const { standard, byDepth, large, reading } = await tasksOf(flags.runs.split(','), flags.folder, wants);
  if (standard.length > 0 && wants('anatomy')) text.push(anatomyMarkdown(standard));
  if (reading.size > 0) text.push(readingMarkdown(reading));
  if (standard.length > 0 && wants('corrections')) text.push(correctionMarkdown(standard));
  if (byDepth.length > 0) text.push(dosesMarkdown(standard, byDepth));
  if (large.length > 0) text.push(drawsMarkdown(large));
  if (wants('made-up')) text.push(madeUpMarkdown(Number(flags.screens)));
  if (flags.markdown) writeFileSync(flags.markdown, `${text.join('\n\n')}\n`);
  else console.log(text.join('\n\n'));
}

interface Found {
  standard: DepthTask[];
  /** The same with doses by depth. */
  byDepth: DepthTask[];
  /** Of first seeds: screens of more start cells. */
  large: DepthTask[];
  reading: Map<string, Awaited<ReturnType<typeof readingByLength>>>;
}

async function tasksOf(runs: readonly string[], folder: string, wants: (part: Part) => boolean): Promise<Found> {
  const found: Found = { standard: [], byDepth: [], large: [], reading: new Map() };
  if (PARTS.every((part) => part === 'made-up' || !wants(part))) return found;
  const say = (line: string) => console.log(line);
  for (const run of runs) {
    const [, name, seed] = /^(.*)-(\d+)$/.exec(run) ?? [];
    const study = CASES.find((one) => one.name === name);
    if (!study)
      throw new Error(`${run}: a run is one of ${CASES.map((one) => one.name).join(', ')}, a dash and a seed`);
    const cells = path.join(CELLS, `${study.file}.h5ad`);
    if (!existsSync(cells)) {
      say(`skipped ${run}: ${cells} is not there (data beside the repository)`);
      continue;
    }
    const made = await makeScreens(study, Number(seed), { cells, folder, say });
    const tasks = await keptTasks(made, path.join(folder, 'witnesses'));
    found.standard.push(...(await readDepth(made, tasks)));
    if (wants('doses')) found.byDepth.push(...(await readDepth(made, tasks, await screensByDepth(study, made, say))));
    if (Number(seed) !== 0) continue;
    if (wants('reading')) found.reading.set(name, await readingByLength(made));
    if (wants('draws')) found.large.push(...(await readDepth(made, tasks, [await largeScreen(study, made, say)])));
  }
  return found;
}
