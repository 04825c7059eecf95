import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const FILE = 'recent-projects.json';
const MAX_PROJECTS = 20;

const Entries = z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.string() }));

/** Paths and names of projects opened lately, newest first; a file that cannot be read counts as empty. */
export function recentProjects(dataFolder: string, now: () => Date = () => new Date()) {
  const file = path.join(dataFolder, FILE);
  const read = (): z.infer<typeof Entries> => {
    try {
      return Entries.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return [];
    }
  };
  return {
    remember(project: { path: string; name: string }): void {
      const opened = { path: path.resolve(project.path), name: project.name, openedAt: now().toISOString() };
      const entries = [opened, ...read().filter((entry) => entry.path !== opened.path)].slice(0, MAX_PROJECTS);
      const unfinished = `${file}.${process.pid}`;
      writeFileSync(unfinished, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
      renameSync(unfinished, file);
    },
    list: () => read().map((entry) => ({ ...entry, exists: existsSync(entry.path) })),
  };
}
