import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { askSecret } from '#hosts/cli/ask-secret.ts';
import { formatResult } from '#hosts/cli/format-result.ts';
import { listenToInterrupts } from '#hosts/interrupts.ts';
import { describeProgress } from '#hosts/cli/progress-printer.ts';

describe('results for a person', () => {
  it('aligns names and values and sets groups in', () => {
    expect(
      formatResult({ name: 'blood', nCells: 12, intact: true, none: null, model: { width: 96 }, tags: ['a', 'b'] }),
    ).toBe(
      ['name    blood', 'nCells  12', 'intact  yes', 'none    none', 'model', '  width  96', 'tags    a, b'].join('\n'),
    );
  });

  it('draws a table with numbers to the right', () => {
    expect(
      formatResult([
        { gene: 'GATA1', effect: 0.5 },
        { gene: 'SPI1', effect: -0.123456789 },
      ]),
    ).toBe(['gene      effect', 'GATA1        0.5', 'SPI1   -0.123457'].join('\n'));
  });

  it('says none for nothing', () => {
    expect([formatResult(null), formatResult([])]).toEqual(['none', 'none']);
  });
});

describe('progress in words', () => {
  const base = {
    stage: 'Reading',
    done: 1200,
    total: null,
    unit: 'cells',
    ratePerSecond: null,
    etaMs: null,
    memoryBytes: null,
  };

  it('leaves out what is not known', () => {
    expect(describeProgress({ ...base, done: 0 })).toBe('Reading');
    expect(describeProgress(base)).toBe('Reading · 1,200 cells');
    expect(describeProgress({ ...base, total: 4000, ratePerSecond: 1234.5, etaMs: 3_725_000 })).toBe(
      'Reading · 1,200/4,000 cells · 1,235/s · 1:02:05 left',
    );
  });
});

describe('asking for a secret', () => {
  const terminal = () => {
    const raw: boolean[] = [];
    return Object.assign(new EventEmitter(), {
      raw,
      setRawMode: (isRaw: boolean) => raw.push(isRaw),
      resume: () => undefined,
      pause: () => undefined,
      setEncoding: () => undefined,
    });
  };
  const ask = (input: ReturnType<typeof terminal>, shown: string[]): Promise<string> =>
    askSecret('Passphrase', input as never, { write: (text: string) => shown.push(text) } as never);

  it('shows the question, never what is typed, and takes back erased letters', async () => {
    const input = terminal();
    const shown: string[] = [];
    const answer = ask(input, shown);
    input.emit('data', 'geh');
    input.emit('data', '\u007Fne\r');
    expect(await answer).toBe('gene');
    expect(shown.join('')).toBe('Passphrase: \n');
    expect(input.raw).toEqual([true, false]);
    expect(input.listenerCount('data')).toBe(0);
  });

  it('hides what is typed the moment the question is there', async () => {
    const input = terminal();
    let isRaw: boolean | undefined;
    const answer = askSecret('Passphrase', input as never, {
      write: () => {
        isRaw ??= input.raw.at(-1);
        input.emit('data', 'x\r');
        return true;
      },
    });
    expect(isRaw).toBe(true);
    expect(await answer).toBe('x');
  });

  it('is cancelled by Ctrl-C', async () => {
    const input = terminal();
    const answer = ask(input, []);
    input.emit('data', 'ge\u0003');
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    expect(input.raw).toEqual([true, false]);
  });
});

describe('interrupts', () => {
  it('counts the terminal and the script around the program as one press', () => {
    const source = new EventEmitter();
    let now = 0;
    let nHeard = 0;
    const stop = listenToInterrupts(
      source as never,
      () => nHeard++,
      () => now,
    );
    source.emit('SIGINT');
    now = 5;
    source.emit('SIGINT');
    expect(nHeard).toBe(1);
    now = 1000;
    source.emit('SIGINT');
    expect(nHeard).toBe(2);
    stop();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });
});
