import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type ElectronBinary = { isUsable: true; file: string } | { isUsable: false; reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Looks for Electron's program without fetching it.
 *
 * Note: the package's own entry downloads what it does not find, so it is not asked.
 */
export function findElectron(root: string, environment: Environment, platform: NodeJS.Platform): ElectronBinary {
  const folder = path.join(root, 'node_modules', 'electron');
  const nameFile = path.join(folder, 'path.txt');
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8') : undefined;
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const file = override ? path.join(override, name ?? 'electron') : name && path.join(folder, 'dist', name);
  if (!file || !existsSync(file)) return { isUsable: false, reason: 'its program was not fetched yet' };
  if (!hasScreen(environment, platform)) return { isUsable: false, reason: 'there is no screen here' };
  return { isUsable: true, file };
}

/** Whether a missing program is worth fetching: there is a screen for it, and nobody said no (GCW_FETCH_ELECTRON=0). */
export function mayFetchElectron(environment: Environment, platform: NodeJS.Platform): boolean {
  const isRefused = environment.GCW_FETCH_ELECTRON === '0' || environment.ELECTRON_OVERRIDE_DIST_PATH !== undefined;
  return !isRefused && hasScreen(environment, platform);
}

function hasScreen(environment: Environment, platform: NodeJS.Platform): boolean {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}
