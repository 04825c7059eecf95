import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Whether `output` is missing or older than any file of `sources` (files or folders). */
export function isStale(output: string, sources: readonly string[]): boolean {
  if (!existsSync(output)) return true;
  const builtMs = statSync(output).mtimeMs;
  return sources.some((source) => newestMs(source) > builtMs);
}

function newestMs(place: string): number {
  if (!existsSync(place)) return 0;
  const info = statSync(place);
  if (!info.isDirectory()) return info.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}
