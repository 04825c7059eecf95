import type { MachineReport } from '#shared/contract/host.ts';
import type { ComputeDevice, DeviceCheck, MachineCheck } from '#shared/domain/device.ts';
import { type EngineCalls, typedCalls } from '#jobs/engine-calls.ts';
import type { SpawnEngine } from '#jobs/engine-child.ts';
import { EngineSupervisor } from '#jobs/supervisor.ts';
import type { MachineChecks } from '#services/deps.ts';
import { readMachineCheck, writeMachineCheck } from '#workers/machine-check-file.ts';
import { lostDevice } from '#workers/lost-device.ts';

/** Longer than any device that works needs, the slowest software driver included. */
const LIMIT_SECONDS = 120;

export interface CheckedMachineOptions {
  /** Starts an engine for one device; it is ended after. */
  spawn: SpawnEngine;
  /** The engine that answers everything else. */
  engine: EngineCalls;
  dataFolder: string;
  limitSeconds?: number;
  now?: () => Date;
}

/** What this machine can run: each device is tried in a process of its own, and what came out is kept with the program's data. */
export class CheckedMachine implements MachineChecks {
  readonly #options: Required<CheckedMachineOptions>;
  #underWay: Promise<MachineCheck> | null = null;

  constructor(options: CheckedMachineOptions) {
    this.#options = { limitSeconds: LIMIT_SECONDS, now: () => new Date(), ...options };
  }

  async report(measure: 'if-needed' | 'again' | 'never'): Promise<MachineReport> {
    const { engine, dataFolder } = this.#options;
    const facts = await engine.call('machineFacts', {});
    let check = readMachineCheck(dataFolder, facts.fingerprint);
    if (measure === 'again' || (measure === 'if-needed' && !check)) {
      // Two windows asking at once share one check: two at once would measure each other.
      this.#underWay ??= this.#check(facts).finally(() => (this.#underWay = null));
      check = await this.#underWay;
    }
    return engine.call('machine', { check });
  }

  async #check({ fingerprint, devices }: { fingerprint: string; devices: ComputeDevice[] }): Promise<MachineCheck> {
    const checks: DeviceCheck[] = [];
    for (const device of devices) checks.push(await this.#probe(device));
    const check: MachineCheck = {
      format: 1,
      fingerprint,
      checkedAt: this.#options.now().toISOString(),
      devices: checks,
      plans: await this.#options.engine.call('machinePlans', { devices: checks }),
    };
    writeMachineCheck(this.#options.dataFolder, check);
    return check;
  }

  async #probe(device: ComputeDevice): Promise<DeviceCheck> {
    const { spawn, limitSeconds } = this.#options;
    const child = new EngineSupervisor({ spawn });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DeviceCheck>((resolve) => {
      timer = setTimeout(() => resolve(lostDevice(device, 'slow', limitSeconds)), limitSeconds * 1000);
    });
    const answer = typedCalls(child)
      .call('probeDevice', { device })
      .catch(() => lostDevice(device, 'ended', limitSeconds));
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      await child.close();
    }
  }
}
