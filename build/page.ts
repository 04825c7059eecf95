import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InlineConfig } from 'vite';
import { isStale } from './freshness.ts';

export const ROOT = path.join(import.meta.dirname, '..');
export const BUILD_CONFIG = path.join(ROOT, 'electron.vite.config.ts');

/** Whatever the page is made of. */
export const PAGE_SOURCES = ['src/renderer', 'src/shared', 'package.json']
  .map((name) => path.join(ROOT, name))
  .concat(BUILD_CONFIG);

/** Builds `out/renderer` when it is missing or older than its sources; nothing else is built. */
export async function buildPage(say: (line: string) => void = () => {}): Promise<void> {
  if (!isStale(path.join(ROOT, 'out', 'renderer', 'index.html'), PAGE_SOURCES)) return;
  say('Building the window once…');
  const { build } = await import('vite');
  const config = (await import(pathToFileURL(BUILD_CONFIG).href)) as { default: { renderer: InlineConfig } };
  await build({ ...config.default.renderer, configFile: false, logLevel: 'warn' });
}
