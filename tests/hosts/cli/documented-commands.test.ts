import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCommands } from '#hosts/cli/commands.ts';
import { parseCommand } from '#hosts/cli/parse-command.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const commands = allCommands();
/** Decisions and notes of a change tell what was true when they were written; all other pages what is. */
const pages = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((name) => name && !name.startsWith('docs/decisions/') && name !== 'CHANGELOG.md');

/** Words of a line as a shell splits it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain);
}

/** Commands written as lines of a block, and those named within a sentence. */
function commandsIn(text: string): { lines: string[]; mentions: string[] } {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block]) => block.replaceAll(/\\\n\s*/g, ' '));
  const starts = /^\s*(?:npm run )?gcw (?:-- )?(?=\S)/;
  const lines = blocks
    .flatMap((block) => block.split('\n'))
    .filter((line) => starts.test(line))
    .map((line) => line.replace(starts, ''));
  const rest = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  const mentions = [...rest.matchAll(/`(?:npm run )?gcw (?:-- )?([^`]+)`/g)]
    .map(([, words]) => words)
    .filter((words) => words !== '--');
  return { lines, mentions };
}

/** What is wrong with a command as it is written; null where nothing is. */
function complaint(line: string, isWhole: boolean): string | null {
  try {
    const request = parseCommand(wordsOf(line), commands);
    if (!isWhole || request.kind !== 'run') return null;
    const missing = request.command.flags
      .filter(({ field, path: names }) => names.length === 1 && field.required && !(field.name in request.input))
      .map(({ flag }) => flag);
    return missing.length > 0 ? `lacks --${missing.join(', --')}` : null;
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    // A sentence may name a flag without a value of it.
    return !isWhole && /--[\w.-]+$/.test(line) && said.includes('it needs a value') ? null : said;
  }
}

describe('commands in the documentation', () => {
  const found = pages.map((name) => ({ name, ...commandsIn(readFileSync(path.join(root, name), 'utf8')) }));

  it('exist, with every flag they are given, and lines of a block lack none', () => {
    const [lines, mentions] = [found.flatMap((page) => page.lines), found.flatMap((page) => page.mentions)];
    expect(lines.length).toBeGreaterThan(20);
    expect(mentions.length).toBeGreaterThan(20);
    const wrong = found.flatMap(({ name, lines: whole, mentions: named }) =>
      [...whole.map((line) => [line, true] as const), ...named.map((line) => [line, false] as const)].flatMap(
        ([line, isWhole]) => {
          const said = complaint(line, isWhole);
          return said ? [`${name}: gcw ${line}: ${said}`] : [];
        },
      ),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['dataset improt --input a.h5ad', /dataset import/],
    ['screen run --model latest --strat Ductal', /--start/],
    ['ranking run --screen latest', /lacks --goal/],
  ])('are refused where they are wrong: gcw %s', (line, said) => {
    const { lines } = commandsIn(`\`\`\`\nnpm run gcw -- ${line}\n\`\`\`\n`);
    expect(complaint(lines[0], true)).toMatch(said);
  });
});
