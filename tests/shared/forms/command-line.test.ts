import { describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { commandLine, flagName, flagsOf, splitNamedList } from '#shared/forms/command-line.ts';

describe('command line of a form', () => {
  it('names flags in kebab case, groups with a dot', () => {
    expect(flagName('labelColumn')).toBe('label-column');
    expect(flagName('rules', 'maxCountsZ')).toBe('rules.max-counts-z');
  });

  it('leaves out what equals its default', () => {
    const values = ImportConfig.parse({ input: ['a.h5ad'] });
    expect(commandLine(['dataset', 'import'], ImportConfig, values)).toBe('gcw dataset import --input a.h5ad');
  });

  it('quotes words a shell would split', () => {
    const values = { input: ["/data/it's mine, all.h5ad"] };
    expect(commandLine(['dataset', 'import'], ImportConfig, values)).toBe(
      String.raw`gcw dataset import --input '/data/it'\''s mine, all.h5ad'`,
    );
  });

  it('repeats the flag of a list and negates a boolean', () => {
    const screen = ScreenConfig.parse({
      model: 'latest',
      tokens: 'latest',
      labelColumn: 'cell_type',
      start: 'Ductal',
      goals: ['Beta', 'Alpha, early'],
      genes: ['PDX1', 'NEUROG3'],
    });
    const flags = flagsOf(ScreenConfig, screen).join(' ');
    expect(flags).toContain('--goals Beta --goals Alpha, early');
    expect(flags).toContain('--genes PDX1 --genes NEUROG3');
    expect(flagsOf(FinetuneConfig, { classWeights: false })).toEqual(['--no-class-weights']);
  });

  it('writes named lists one by one, and reads them back whatever their names and items hold', () => {
    const groups = { 'T cell': ['CD4 T', 'CD8 T'], 'CD34=low, early': ['a=b', 'Alpha, early', 'x,y'] };
    const flags = flagsOf(ScreenConfig, { stateGroups: groups });
    expect(flags).toEqual([
      '--state-groups',
      'T cell=CD4 T,CD8 T',
      '--state-groups',
      String.raw`CD34\=low, early=a=b,Alpha, early,x\,y`,
    ]);
    expect(Object.fromEntries([flags[1], flags[3]].map((word) => splitNamedList(word)!))).toEqual(groups);
    for (const broken of ['T cell', '=CD4 T', 'T cell=', '']) expect(splitNamedList(broken)).toBeNull();
  });

  it('writes a rule that is switched off as none', () => {
    expect(flagsOf(PreprocessConfig, { rules: { maxMitoZ: null, minGenes: 200 } })).toEqual([
      '--rules.min-genes',
      '200',
      '--rules.max-mito-z',
      'none',
    ]);
  });
});
