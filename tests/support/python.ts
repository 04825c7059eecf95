import { spawnSync } from 'node:child_process';

/** Python of the reference programs: `GCW_PYTHON`, or Debian's. */
export const PYTHON = process.env.GCW_PYTHON ?? '/usr/bin/python3';

/** Version of PyTorch under `PYTHON`; null when either is absent. */
export function torchVersion(): string | null {
  const asked = spawnSync(PYTHON, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}
