import { describe, expect, it } from 'vitest';
import { allCommands } from '#hosts/cli/commands.ts';
import { parseCommand } from '#hosts/cli/parse-command.ts';
import { runCommand } from '#hosts/cli/run-command.ts';
import type { SelftestReport } from '#shared/domain/selftest.ts';
import { fakeWorld } from '../support/fake-world.ts';

const PASSED: SelftestReport = {
  passed: true,
  device: 'cpu',
  engine: 'onnxruntime-cpu',
  fixture: 'built-in',
  groups: [],
  notChecked: [],
  seconds: 1,
  failure: null,
};
const FAILED: SelftestReport = {
  ...PASSED,
  passed: false,
  failure: { code: 'numeric', message: 'Self test: gradients differ.' },
};

describe('a command of one word', () => {
  it('is parsed with its flags and has help of its own', () => {
    expect(parseCommand(['selftest', '--fixture', 'd', '--device', 'webgpu'], allCommands())).toMatchObject({
      kind: 'run',
      input: { fixture: 'd', device: 'webgpu' },
      command: { namespace: 'host', procedure: 'selftest' },
    });
    expect(parseCommand(['selftest'], allCommands())).toMatchObject({ kind: 'run', input: {} });
    expect(parseCommand(['selftest', '--help'], allCommands())).toMatchObject({ kind: 'help' });
  });

  it('has no second name', () => {
    expect(() => parseCommand(['host', 'selftest'], allCommands())).toThrow(/host selftest/);
    expect(() => parseCommand(['selftset'], allCommands())).toThrow(/did you mean selftest/);
  });
});

describe('a verdict', () => {
  it.each([
    ['passed', PASSED, 0, ''],
    ['failed', FAILED, 6, 'gcw: Self test: gradients differ.\n'],
  ])('is printed as one JSON document and gives the exit status: %s', async (_what, report, status, message) => {
    const { world, written } = fakeWorld({ plan: { selftest: report } });
    expect(await runCommand(['selftest'], world)).toBe(status);
    expect(JSON.parse(written.output)).toEqual(report);
    expect(written.messages).toBe(message);
  });

  it('is one JSON document also when it could not be reached', async () => {
    const { world, written } = fakeWorld();
    expect(await runCommand(['selftest', '--fixture', 'nowhere'], world)).toBe(3);
    expect(JSON.parse(written.output)).toMatchObject({ error: { code: 'not-found' } });
  });
});
