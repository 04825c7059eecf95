import { describe, expect, it } from 'vitest';
import { allCommands, type Command } from '#hosts/cli/commands.ts';
import { commandHelp, namespaceHelp, programHelp } from '#hosts/cli/help.ts';

const commands = allCommands();
const find = (words: string): Command => commands.find((command) => command.words === words)!;
/** Text of the help of one flag, lines joined. */
const flagText = (help: string, flag: string): string => {
  const block = help.split(new RegExp(`\\n {2}(?=--)`)).find((part) => part.startsWith(`--${flag} `));
  return (block ?? '').replaceAll(/\s+/g, ' ');
};

describe('help', () => {
  it('lists every command with its sentence', () => {
    const help = programHelp(commands);
    for (const { words, meta } of commands)
      expect(help).toMatch(new RegExp(`^ {2}${words} +${meta.help.slice(0, 20)}`, 'm'));
  });

  it('lists only the commands of a namespace', () => {
    const help = namespaceHelp('screen', commands);
    expect(help).toContain('screen run');
    expect(help).not.toContain('model pretrain');
  });

  it.each(commands.map((command) => [command.words, command] as const))(
    'draws flags, texts, bounds and defaults from the schema: %s',
    (_words, command) => {
      const help = commandHelp(command);
      expect(help).toContain(command.meta.help);
      for (const { flag, field } of command.flags.filter((item) => item.field.kind !== 'group')) {
        const text = flagText(`\n${help}`, flag);
        expect(text, flag).toContain(field.help.replaceAll(/\s+/g, ' '));
        if (field.title !== field.name) expect(text, flag).toContain(field.title);
        if (field.minimum !== undefined) expect(text, flag).toContain(` ${field.minimum}`);
        if (field.unit) expect(text, flag).toContain(field.unit);
        if (typeof field.default === 'number') expect(text, flag).toContain(`default ${field.default}`);
        expect(text.includes('[required'), flag).toBe(field.required);
      }
    },
  );

  it('says how a boolean is switched, what a choice is, where a secret comes from', () => {
    expect(commandHelp(find('training finetune'))).toContain('--class-weights | --no-class-weights');
    expect(commandHelp(find('dataset import'))).toContain('--species auto|human|mouse');
    expect(commandHelp(find('project create'))).toMatch(/GCW_PASSPHRASE/);
    expect(commandHelp(find('project create'))).toMatch(/Usage: gcw project create --project FILE /);
    expect(commandHelp(find('ranking export'))).toContain('--out FILE');
    expect(flagText(commandHelp(find('screen run')), 'model')).toMatch(/^--model ID .*or latest/);
  });

  it('keeps within 100 columns', () => {
    for (const command of commands) {
      const wide = commandHelp(command)
        .split('\n')
        .filter((line) => line.startsWith('      ') && line.length > 100);
      expect(wide).toEqual([]);
    }
  });
});
