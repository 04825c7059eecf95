import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_ORIGIN, DESKTOP_MARKER } from '#shared/contract/transport.ts';
import { findElectron } from '../../build/electron-binary.ts';
import { BUILD_CONFIG, ROOT } from '../../build/page.ts';

const electron = findElectron(ROOT, process.env, process.platform);
const skipped = electron.isUsable ? '' : ` (skipped: ${electron.reason})`;
if (skipped) console.log(`Electron window${skipped}`);

describe.skipIf(!electron.isUsable)(`the window in Electron${skipped}`, () => {
  let program: ElectronApplication;

  beforeAll(async () => {
    const { build } = await import('electron-vite');
    await build({ root: ROOT, configFile: BUILD_CONFIG, logLevel: 'warn' });
    program = await _electron.launch({ executablePath: (electron as { file: string }).file, args: [ROOT] });
  });
  afterAll(() => program.close());

  it('opens from its own address and reaches the host', async () => {
    const page = await program.firstWindow();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(page.url().startsWith(`${APP_ORIGIN}/`)).toBe(true);
    expect(await page.locator('.start-failure').count()).toBe(0);
  });

  it('has a page without Node and without a way out', async () => {
    const page = await program.firstWindow();
    const seen = await page.evaluate((marker) => {
      const scope = globalThis as unknown as Record<string, unknown>;
      return {
        hasMarker: marker in scope,
        names: ['require', 'process', 'module', 'Buffer'].filter((name) => name in scope),
      };
    }, DESKTOP_MARKER);
    expect(seen).toEqual({ hasMarker: true, names: [] });
    expect(await page.evaluate(() => globalThis.open('https://example.org/') === null)).toBe(true);
    const isRefused = page.evaluate(() =>
      fetch('https://example.org/').then(
        () => false,
        () => true,
      ),
    );
    expect(await isRefused).toBe(true);
  });
});
