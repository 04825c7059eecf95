import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { allCommands } from '#hosts/cli/commands.ts';
import { parseCommand } from '#hosts/cli/parse-command.ts';
import { STEPS, type Step } from '#shared/domain/steps.ts';
import { commandFor } from '#shared/provenance/command.ts';

/** Values that a shell, a list or a group could break. */
const CONFIGS: Record<keyof typeof STEPS, Record<string, unknown>> = {
  import: { input: ["/data/it's mine.h5ad", '/data/a,b.h5'], labelColumn: 'cell type', donorColumn: '$HOME' },
  quality: { dataset: 'a'.repeat(64), sampleColumn: "the run's name", doubletRate: 0.004, doublets: false },
  preprocess: { dataset: 'a'.repeat(64), profile: 'paper', rules: { minGenes: 300, maxMitoFraction: 0.1 } },
  'import-tokens': { input: '/data/two words', dictionary: 'tokens.json', species: 'mouse', donorColumn: 'donor id' },
  layout: { dataset: 'b'.repeat(64) },
  markers: { dataset: 'b'.repeat(64), column: '@clusters', blockColumn: 'donor', top: 20 },
  annotate: { dataset: 'b'.repeat(64), reference: 'e'.repeat(64), labelColumn: 'cell type' },
  pretrain: { tokens: 'c'.repeat(64), epochs: 2, learningRate: 0.0005 },
  finetune: { model: 'd'.repeat(64), tokens: 'c'.repeat(64), labelColumn: 'state', classWeights: false },
  screen: {
    model: 'd'.repeat(64),
    tokens: 'c'.repeat(64),
    labelColumn: 'state',
    start: 'CD34+',
    goals: ['CD4+/CD45RA+, naive', 'CD4+,CD8+', 'B'],
    genes: ['GATA1', 'SPI1'],
  },
  embed: {
    model: 'd'.repeat(64),
    tokens: 'c'.repeat(64),
    pooling: 'mean',
    genes: true,
    compat: { ignoreSpecies: true },
  },
  ranking: { screen: 'e'.repeat(64), goal: 'B', knownRegulators: ['PAX5'] },
  consensus: { rankings: ['e'.repeat(64), 'f'.repeat(64)], method: 'fold-change', minRankings: 3 },
  'follow-up': {
    screen: 'e'.repeat(64),
    genes: ['GATA1', 'SPI1', 'PAX5'],
    triples: ['GATA1+SPI1+PAX5'],
    parts: ['combinations'],
  },
};

/** The words a POSIX shell makes of a line. */
function shellWords(line: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', String.raw`printf '%s\0' ` + line], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

describe.skipIf(process.platform === 'win32')(
  'commands that make an artifact again (skipped on Windows: no sh)',
  () => {
    it.each(Object.entries(STEPS) as [keyof typeof STEPS, Step][])('%s is read as it was meant', (kind, step) => {
      const config = step.config.parse(CONFIGS[kind]) as Record<string, unknown>;
      const [, ...words] = shellWords(commandFor({ step: step.command, config }));
      const request = parseCommand(words, allCommands());
      if (request.kind !== 'run') throw new TypeError('not a command');
      expect(request.command.words).toBe(step.command);
      expect(request.options.project).toBe('PROJECT');
      const shortened = Object.fromEntries(
        Object.entries(config).map(([name, value]) => [
          name,
          typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value,
        ]),
      );
      expect(step.config.parse(request.input)).toEqual(shortened);
    });
  },
);
