import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MachineCheck } from '#shared/domain/device.ts';

const FILE = 'machine-check.json';

/** The kept check of this machine; null when there is none, when it cannot be read or when it is of another machine. */
export function readMachineCheck(folder: string, fingerprint: string): MachineCheck | null {
  try {
    const check = MachineCheck.parse(JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')));
    return check.fingerprint === fingerprint ? check : null;
  } catch {
    return null;
  }
}

/** Whole or not at all. Note: a folder that cannot be written to costs another check, nothing else. */
export function writeMachineCheck(folder: string, check: MachineCheck): void {
  const file = path.join(folder, FILE);
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, `${JSON.stringify(check, null, 2)}\n`);
    renameSync(part, file);
  } catch {
    return;
  }
}
