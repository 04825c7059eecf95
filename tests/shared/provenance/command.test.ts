import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { allCommands } from '#hosts/cli/commands.ts';
import { parseCommand } from '#hosts/cli/parse-command.ts';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { RankingConfig } from '#shared/domain/ranking.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { commandFor, SHORT_ID_LENGTH } from '#shared/provenance/command.ts';

const commands = allCommands();

/** Words of a POSIX shell line made of plain and single-quoted parts. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [, word] of line.matchAll(/((?:'[^']*'|\\.|[^\s'\\])+)/g))
    words.push(
      word.replaceAll(/'([^']*)'|\\(.)/g, (_all, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
    );
  return words;
}

function inputOf(line: string): Record<string, unknown> {
  const [program, ...words] = shellWords(line);
  expect(program).toBe('gcw');
  const request = parseCommand(words, commands);
  if (request.kind !== 'run') throw new TypeError(`${line}: no command`);
  expect(request.options.project).toBe('PROJECT');
  return request.input;
}

const id = fc.stringMatching(/^[0-9a-f]{64}$/);
/** Labels and names of real files: spaces, commas, quotes, other scripts. */
const label = fc
  .oneof(
    fc.constantFrom('CD4+ T cell', 'Alpha, early', 'CD4+,CD8+', "Barrett's", 'a"b', '$HOME', 'β-cell', '7'),
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }),
  )
  .filter(
    (text) =>
      !text.startsWith('--') &&
      !text.includes('\\') &&
      text !== 'help' &&
      text !== '-h' &&
      text !== 'none' &&
      !/[\n\r]/.test(text),
  );
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const fraction = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const RECIPES = {
  import: fc
    .record({
      input: fc.array(label, { minLength: 1, maxLength: 3 }),
      name: optional(label),
      matrix: label,
      labelColumn: optional(label),
    })
    .map((given) => ImportConfig.parse(given)),
  preprocess: fc
    .record({
      dataset: id,
      profile: fc.constantFrom('published', 'paper', 'none'),
      rules: fc.record({ minGenes: optional(fc.nat(500)), maxMitoFraction: optional(fraction(0, 1)) }),
      maxLength: fc.integer({ min: 16, max: 2048 }),
      sampleColumn: optional(label),
    })
    .map((given) => PreprocessConfig.parse(given)),
  pretrain: fc
    .record({
      tokens: id,
      epochs: fraction(0, 1000),
      seed: fc.nat(1000),
      maxSteps: optional(fc.integer({ min: 1, max: 999 })),
    })
    .map((given) => PretrainConfig.parse(given)),
  finetune: fc
    .record({
      model: id,
      tokens: id,
      labelColumn: label,
      donorColumn: optional(label),
      classWeights: fc.boolean(),
      testFraction: fraction(0.05, 0.5),
    })
    .map((given) => FinetuneConfig.parse(given)),
  screen: fc
    .record({
      model: id,
      tokens: id,
      labelColumn: label,
      start: label,
      goals: fc.array(label, { minLength: 1, maxLength: 4 }),
      operators: fc.subarray(['mask', 'remove', 'over-express'], { minLength: 1 }),
      genes: fc.oneof(
        fc.constantFrom('tf', 'all'),
        fc.array(
          label.filter((text) => text !== 'tf' && text !== 'all'),
          { minLength: 1, maxLength: 4 },
        ),
      ),
      nCells: fc.integer({ min: 4, max: 999 }),
    })
    .map((given) => ScreenConfig.parse(given)),
  ranking: fc
    .record({ screen: id, goal: label, knownRegulators: fc.array(label, { maxLength: 4 }) })
    .map((given) => RankingConfig.parse(given)),
};

describe('the command that makes an artifact again', () => {
  it.each(Object.keys(RECIPES) as (keyof typeof RECIPES)[])(
    '%s: read by the command line it is the same configuration',
    (kind) => {
      const { command, config } = STEPS[kind];
      fc.assert(
        fc.property(RECIPES[kind] as fc.Arbitrary<Record<string, unknown>>, (recipe) => {
          const read = config.parse(inputOf(commandFor({ step: command, config: recipe })));
          expect(read).toEqual(config.parse(shortened(recipe)));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('says nothing of what is as it would be anyway', () => {
    const config = ScreenConfig.parse({ model: 'm', tokens: 't', labelColumn: 'c', start: 'a', goals: ['b'] });
    expect(commandFor({ step: STEPS.screen.command, config })).toBe(
      'gcw screen run --project PROJECT --model m --tokens t --label-column c --start a --goals b',
    );
  });
});

/** Ids as the command shows them. */
function shortened(recipe: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recipe).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, SHORT_ID_LENGTH) : value,
    ]),
  );
}

describe('a command for other readers', () => {
  const importing = (...input: string[]) => ({
    step: STEPS.import.command,
    config: ImportConfig.parse({ input, name: 'a/b' }),
  });

  it.each([
    ['/data/jane.doe/patient 7/cells.h5ad', 'cells.h5ad'],
    ['D:\\Jane\\cells.h5ad', 'cells.h5ad'],
    ['/data/run/filtered/', 'filtered'],
    ['cells.h5ad', 'cells.h5ad'],
  ])('names the file of %s and not its folders', (path, name) => {
    expect(inputOf(commandFor(importing(path), 'names'))).toMatchObject({ input: [name], name: 'a/b' });
    expect(inputOf(commandFor(importing(path)))).toMatchObject({ input: [path] });
  });
});
