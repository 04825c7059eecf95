import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RankingReport } from '#shared/domain/ranking.ts';
import { CASES } from '../screen/cases.ts';
import { pancreasCommands } from './commands.ts';

const CELLS = '../shared/data/cells/pancreas_endocrinogenesis_spliced_mouse.h5ad';
const GCW = path.join('src', 'main', 'hosts', 'cli', 'gcw.ts');

/** `npm run study -- pancreas`: the commands of docs/reference/pancreas.md, run for real; prints what each ranking finds. */
export function runPancreas(): Promise<void> {
  if (!existsSync(CELLS)) {
    console.log(`skipped: ${CELLS} is not there (data beside the repository)`);
    return Promise.resolve();
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-pancreas-'));
  const at = (name: string) => path.join(folder, name);
  const known = CASES.find(({ name }) => name === 'endocrinogenesis')!.known;
  try {
    for (const words of pancreasCommands({ cells: CELLS, project: at('pancreas.gcwproj'), known, out: at })) {
      const startMs = performance.now();
      const result = gcw(words);
      console.log(
        `${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  gcw ${words.slice(0, 2).join(' ')}`,
      );
      if (words[0] === 'training')
        console.log(
          `         macro-F1 ${Number(result.macroF1).toFixed(3)}, best simple ${Number(result.bestBaselineMacroF1).toFixed(3)}`,
        );
      if (words[0] === 'screen')
        console.log(`         ${String(result.nGenes)} genes, ${String(result.nPasses)} passes`);
      if (words[1] === 'run' && words[0] === 'ranking') printRanking(result);
    }
    console.log(
      `first lines of the table:\n${readFileSync(at('beta.csv'), 'utf8').split('\n').slice(0, 4).join('\n')}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return Promise.resolve();
}

function gcw(words: readonly string[]): Record<string, unknown> {
  const done = spawnSync(process.execPath, [GCW, ...words, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, GCW_PASSPHRASE: 'pancreas' },
  });
  if (done.status !== 0)
    throw new Error(`gcw ${words.slice(0, 2).join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout.trim().startsWith('{') ? (JSON.parse(done.stdout) as Record<string, unknown>) : {};
}

function printRanking(result: Record<string, unknown>): void {
  const { goal, leaderReason, recall, top } = result as unknown as RankingReport & { top: string[] };
  console.log(`         ${goal}: ${leaderReason}`);
  console.log(`         first ten: ${top.join(' ')}`);
  for (const { method, known, at10, at20, at50 } of [...recall].sort((a, b) => b.at50 - a.at50 || b.at10 - a.at10))
    console.log(`         ${method.padEnd(28)} ${at10} ${at20} ${at50} of ${known}`);
}
