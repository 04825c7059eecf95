import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckedMachine } from '#hosts/checked-machine.ts';
import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { checkedHandlers, typedCalls } from '#jobs/engine-calls.ts';
import type { EngineChild } from '#jobs/engine-child.ts';
import { InProcessEngine } from '#jobs/in-process-engine.ts';
import { machineReport } from '#workers/machine.ts';
import type { ComputeDevice, DeviceCheck } from '#shared/domain/device.ts';

let folder: string;
let probed: ComputeDevice[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gcw-checked-machine-'));
  probed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const good: DeviceCheck = {
  name: 'cpu',
  usable: true,
  verdict: 'ready',
  advice: null,
  error: 1e-7,
  speed: { gigaflops: 50, smallGigaflops: 20, gigabytesPerSecond: 10, runMs: 0.1, operatorMs: 0.01 },
  calibration: null,
  memoryBytes: 2 ** 33,
};

type Behaviour = 'answers' | 'dies' | 'hangs';

/** A child that answers, ends by itself, or never says anything; each probe gets one of its own. */
function child(behaviour: Partial<Record<ComputeDevice, Behaviour>>): EngineChild {
  const messages: ((message: unknown) => void)[] = [];
  const exits: ((exit: { code: number | null; signal: string | null }) => void)[] = [];
  const exit = (signal: string) => exits.splice(0).forEach((listener) => listener({ code: null, signal }));
  queueMicrotask(() => messages.forEach((listener) => listener({ type: 'ready' })));
  return {
    pid: 1,
    send: (message) => {
      const { type, callId, input } = message as { type: string; callId: number; input: { device: ComputeDevice } };
      if (type !== 'call') return;
      probed.push(input.device);
      const how = behaviour[input.device] ?? 'answers';
      if (how === 'dies') exit('SIGSEGV');
      if (how === 'answers')
        messages.forEach((listener) => listener({ type: 'answer', callId, output: { ...good, name: input.device } }));
    },
    onMessage: (listener) => messages.push(listener),
    onExit: (listener) => exits.push(listener),
    kill: () => exit('SIGKILL'),
  };
}

function machine(behaviour: Partial<Record<ComputeDevice, Behaviour>> = {}, fingerprint = 'this machine') {
  const calls = checkedHandlers({
    machineFacts: async () => ({ fingerprint, devices: ['cpu', 'webgpu', 'cuda'] }),
    machinePlans: async () => [],
    machine: ({ check }) => machineReport(check),
  } as Partial<EngineCallHandlers> as EngineCallHandlers);
  return new CheckedMachine({
    spawn: () => child(behaviour),
    engine: typedCalls(new InProcessEngine({ workers: {} as never, calls })),
    dataFolder: folder,
    limitSeconds: 0.05,
    now: () => new Date('2026-01-02T03:04:05Z'),
  });
}

describe('CheckedMachine', () => {
  it('tells of devices without trying them until it is asked to', async () => {
    const { checkedAt, devices } = await machine().report('never');
    expect(checkedAt).toBeNull();
    expect(devices.every(({ usable, verdict }) => !usable && verdict.endsWith('not checked yet'))).toBe(true);
    expect(probed).toEqual([]);
  });

  it('tries every device once and keeps what came out', async () => {
    const { checkedAt, devices } = await machine().report('if-needed');
    expect(checkedAt).toBe('2026-01-02T03:04:05.000Z');
    expect(devices.map(({ name }) => name)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(await machine().report('if-needed')).toMatchObject({ checkedAt, devices });
    expect(await machine().report('never')).toMatchObject({ checkedAt });
    expect(probed).toEqual(['cpu', 'webgpu', 'cuda']);
  });

  it('outlives a driver that ends or hangs the process', async () => {
    const { devices } = await machine({ webgpu: 'dies', cuda: 'hangs' }).report('if-needed');
    expect(devices.map(({ usable }) => usable)).toEqual([true, false, false]);
    expect(devices[1].verdict).toMatch(/refused, because the program that tried it was ended by its driver/);
    expect(devices[2].verdict).toMatch(/refused, because it had not answered after 0.05 seconds/);
  });

  it('measures again when asked, on another machine and when the kept check is damaged', async () => {
    await machine().report('if-needed');
    await machine().report('again');
    expect(probed).toHaveLength(6);
    await machine({}, 'another machine').report('if-needed');
    expect(probed).toHaveLength(9);
    writeFileSync(path.join(folder, 'machine-check.json'), '{"format":1,"devices":"all"}');
    await machine().report('if-needed');
    expect(probed).toHaveLength(12);
    expect(JSON.parse(readFileSync(path.join(folder, 'machine-check.json'), 'utf8'))).toMatchObject({ format: 1 });
  });

  it('shares one check between two who ask at once', async () => {
    const one = machine();
    const [a, b] = await Promise.all([one.report('if-needed'), one.report('again')]);
    expect(a.checkedAt).toBe(b.checkedAt);
    expect(probed).toHaveLength(3);
  });
});
