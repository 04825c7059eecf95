import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const PACKAGE_NAME = 'genecompass-workbench';

interface PackageFile {
  name?: string;
  version?: string;
}

/** Folder of the program and its version; the same for sources, bundles in `out/` and an installed app. */
export function programRoot(from = import.meta.dirname): { folder: string; version: string } {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as PackageFile;
      if (name === PACKAGE_NAME) return { folder, version: version ?? '0.0.0' };
    }
    if (path.dirname(folder) === folder) {
      throw new WorkbenchError('internal', `${from}: the program's package.json is not above it; install it again.`);
    }
  }
}

/** Where the program keeps what belongs to no project; made readable to its user only. */
export function userDataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const folder = environment.GCW_DATA_FOLDER ?? path.join(systemDataFolder(environment), PACKAGE_NAME);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function systemDataFolder(environment: Readonly<Record<string, string | undefined>>): string {
  switch (process.platform) {
    case 'win32':
      return environment.APPDATA ?? path.join(homedir(), 'AppData', 'Roaming');
    case 'darwin':
      return path.join(homedir(), 'Library', 'Application Support');
    default:
      return environment.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share');
  }
}

/** Where a new project is put if nothing else is said. */
export function documentsFolder(): string {
  const documents = path.join(homedir(), 'Documents');
  return existsSync(documents) ? documents : homedir();
}

/** Entry of the engine child: the source under Node, the bundle beside this one otherwise. */
export function engineEntry(): string {
  return import.meta.filename.endsWith('.ts')
    ? path.join(programRoot().folder, 'src', 'main', 'workers', 'engine-main.ts')
    : path.join(programRoot().folder, 'out', 'main', 'engine-main.js');
}

/** What the engine child must know of its host: where what belongs to no project is kept. */
export function engineEnvironment({ dataFolder }: { dataFolder: string }): Record<string, string> {
  return { GCW_DATA_FOLDER: dataFolder };
}
