import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { allCommands, type Command } from '#hosts/cli/commands.ts';
import { editDistance, nearest } from '#hosts/cli/nearest.ts';
import { parseCommand, type Request } from '#hosts/cli/parse-command.ts';
import { contract } from '#shared/contract/index.ts';
import { flagsOf, listWord, splitListWord } from '#shared/forms/command-line.ts';
import type { FieldDescription } from '#shared/forms/schema-fields.ts';

const commands = allCommands();
const find = (words: string): Command => commands.find((command) => command.words === words)!;
const parse = (line: string): Request => parseCommand(line.split(' '), commands);
const inputOf = (line: string): Record<string, unknown> => {
  const request = parse(line);
  if (request.kind !== 'run') throw new TypeError('not a command');
  return request.input;
};

/** A value of the field that is not its default. */
function sample(field: FieldDescription): unknown {
  switch (field.kind) {
    case 'number':
    case 'integer': {
      const low = (field.minimum ?? 0) + (field.exclusiveMinimum ? 0.25 : 0);
      return low === field.default ? low + (field.kind === 'integer' ? 1 : 0.25) : low;
    }
    case 'boolean':
      return !(field.default ?? false);
    case 'choice':
      return field.options!.find((option) => option !== field.default);
    case 'choices':
      // The default would be left out.
      return [field.options!.find((option) => String(field.default) !== option)!];
    case 'list':
    case 'genes':
      return ['GATA1', 'Alpha, early', 'CD4+,CD8+'];
    case 'named-lists':
      return { 'T cell': ['CD4 T', 'CD4+,CD8+'], 'CD34=low': ['Alpha, early'] };
    case 'group':
      return Object.fromEntries(field.fields!.map((member) => [member.name, sample(member)]));
    case 'text':
      return field.name === 'jobId' ? 'job-abc123' : 'some text';
  }
}

describe('commands from the contract', () => {
  it('offers every procedure but those that say otherwise', () => {
    const offered = Object.entries(contract).flatMap(([namespace, procedures]) =>
      Object.entries(procedures as unknown as Record<string, { '~orpc': { meta: { notOnCommandLine?: boolean } } }>)
        .filter(([, procedure]) => !procedure['~orpc'].meta.notOnCommandLine)
        .map(([name]) => `${namespace}.${name}`),
    );
    expect(commands.map(({ namespace, procedure }) => `${namespace}.${procedure}`)).toEqual(offered);
    expect(offered).toContain('screen.run');
  });

  it.each(commands.map((command) => [command.words, command] as const))(
    'reads back what a form would write: %s',
    (_words, command) => {
      const fields = command.flags.filter(({ path }) => path.length === 1).map(({ field }) => field);
      const values = Object.fromEntries(fields.map((field) => [field.name, sample(field)]));
      const words = [...command.words.split(' '), ...flagsOf(command.input, values)];
      const request = parseCommand(words, commands);
      expect(request).toMatchObject({ kind: 'run', input: values });
    },
  );

  it.each(commands.map((command) => [command.words, command] as const))(
    'has flags that no common flag hides: %s',
    (_words, command) => {
      const names = command.flags.map(({ flag }) => flag);
      expect(new Set(names).size).toBe(names.length);
      for (const common of ['json', 'help', 'version', ...(command.isExport ? ['out'] : [])])
        expect(names).not.toContain(common);
      expect(names).not.toContain('passphrase');
    },
  );
});

describe('values', () => {
  it('takes a project for opening, and as the file of project create', () => {
    expect(parse('dataset list --project a.gcwproj --json')).toMatchObject({
      input: {},
      options: { project: 'a.gcwproj', json: true },
    });
    const created = parse('project create --project a.gcwproj');
    expect(created).toMatchObject({ input: { path: 'a.gcwproj' } });
    expect(created).not.toHaveProperty('options.project');
    expect(inputOf('project create --path a.gcwproj')).toEqual({ path: 'a.gcwproj' });
  });

  it('takes lists by repetition and by commas', () => {
    expect(inputOf('screen run --goals A,B --goals C --genes all')).toEqual({ goals: ['A', 'B', 'C'], genes: 'all' });
    expect(inputOf('screen run --genes PDX1,NEUROG3')).toEqual({ genes: ['PDX1', 'NEUROG3'] });
  });

  it('takes each value of a choice as a switch, where the choice says so', () => {
    expect(inputOf('screen run --exact')).toEqual({ computation: 'exact' });
    expect(inputOf('screen estimate --adaptive --seed 3')).toEqual({ computation: 'adaptive', seed: 3 });
    for (const { flags } of commands) {
      const names = flags.map(({ flag }) => flag);
      const switches = flags.flatMap(({ field }) => (field.switches ? field.options! : []));
      expect(switches.filter((name) => names.includes(name))).toEqual([]);
    }
  });

  it('takes switches, equals signs and none', () => {
    expect(inputOf('training finetune --no-class-weights --epochs=3')).toEqual({ classWeights: false, epochs: 3 });
    expect(inputOf('training finetune --class-weights=false')).toEqual({ classWeights: false });
    expect(inputOf('preprocess run --rules.max-mito-z none --rules.min-genes 200')).toEqual({
      rules: { maxMitoZ: null, minGenes: 200 },
    });
    expect(inputOf('preprocess run --rules {"maxMitoZ":null} --rules.min-genes 200')).toEqual({
      rules: { maxMitoZ: null, minGenes: 200 },
    });
  });

  it.each([
    ['training finetune --epochs many', /--epochs: "many" is not a number/],
    ['training finetune --epochs', /--epochs: it needs a value/],
    ['training finetune --epochs 1 --epochs 2', /--epochs: it is given twice/],
    ['screen run --exact --two-stage', /--computation: it is given twice/],
    ['screen run --exact=yes', /--exact: it is a switch and takes no value/],
    ['training finetune --class-weights=perhaps', /--class-weights: it is a switch/],
    ['training finetune latest', /latest: it belongs to no flag/],
    ['preprocess run --rules 3', /--rules: it takes --rules\.NAME VALUE/],
    ['training finetune --epoch 3', /--epoch: did you mean --epochs\?/],
    ['training finetune --no-clas-weights', /did you mean --class-weights\?/],
    ['training finetune --zzzzzzzz 3', /--zzzzzzzz: there is none of this name/],
    ['project create --passphrase x', /--passphrase: a secret is no flag.*GCW_PASSPHRASE/],
    ['dataset imprt --input a', /command dataset imprt: did you mean dataset import\?/],
    ['datset import', /command datset: did you mean dataset\?/],
    ['dataset --json', /say which of its commands/],
    ['--json', /a command comes first/],
    ['jobs watch --job-id job-abc123', /command jobs watch: /],
  ])('refuses %s', (line, message) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => parse(line)).toThrow(message);
  });

  it('keeps every list of labels through the shell words', () => {
    const label = fc.string({ minLength: 1 }).filter((text) => !text.startsWith('--'));
    fc.assert(
      fc.property(fc.array(label, { minLength: 1 }), (labels) => {
        expect(labels.flatMap((item) => splitListWord(listWord(item)))).toEqual(labels);
      }),
    );
  });
});

describe('help', () => {
  it.each([
    ['--help', { kind: 'help' }],
    ['screen --help', { kind: 'help', namespace: 'screen' }],
    ['screen', { kind: 'help', namespace: 'screen' }],
    ['--version', { kind: 'version' }],
  ])('%s', (line, expected) => expect(parse(line)).toEqual(expected));

  it('is for a command even where flags are missing', () => {
    expect(parse('screen run --help')).toEqual({ kind: 'help', command: find('screen run') });
  });
});

describe('nearest', () => {
  it('counts a swap of neighbours as one slip', () => {
    expect(editDistance('tokens', 'tokesn')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(nearest('tokesn', ['model', 'tokens'])).toBe('tokens');
  });

  it('offers nothing for a word that is like none', () => {
    expect(nearest('umbrella', ['model', 'tokens'])).toBeUndefined();
  });
});
