import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { buildPage } from '../../../build/page.ts';
import { startBrowserHost, type RunningHost } from './browser-host.ts';
import { findChromium, FLAGS } from './chromium.ts';
import { Looker } from './look.ts';
import { openWatchedPage, type WatchedPage } from './watched-page.ts';

/** What the chapters of a story share; set once its first chapter begins. */
export interface Story {
  readonly page: Page;
  readonly looker: Looker;
  readonly address: string;
  /** Folder the host offers first. */
  readonly documents: string;
  button(name: string | RegExp, within?: Page | Locator): Locator;
  link(name: string): Locator;
  heading(name: string | RegExp): Locator;
}

/**
 * A test in the real window: host, browser and page are started once, and a chapter is skipped when one before it failed.
 *
 * `name` begins the names of its screenshots. `prepare` puts files into the documents folder before the host starts.
 */
export function story(
  title: string,
  name: string,
  prepare: (documents: string) => void | Promise<void>,
  chapters: (story: Story) => void,
): void {
  const executablePath = findChromium();
  const skipped = executablePath ? '' : ' (skipped: no Chromium in PATH and none in GCW_CHROMIUM)';
  if (skipped) console.log(`${title}${skipped}`);

  describe.skipIf(!executablePath)(`${title}${skipped}`, () => {
    const home = mkdtempSync(path.join(tmpdir(), 'gcw-home-'));
    const documents = path.join(home, 'Documents');
    let host: RunningHost;
    let browser: Browser;
    let watched: WatchedPage;
    let looker: Looker;
    let failed = false;

    beforeAll(async () => {
      mkdirSync(documents);
      await Promise.all([buildPage(), prepare(documents)]);
      host = await startBrowserHost({ homeFolder: home });
      browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS });
      watched = await openWatchedPage(browser, new URL(host.address).origin);
      watched.page.setDefaultTimeout(20_000);
      looker = new Looker(watched.page, name);
    });
    afterAll(async () => {
      await browser?.close();
      const status = await host?.stop();
      rmSync(home, { recursive: true, force: true });
      expect(status).toBe(0);
    });
    beforeEach(({ skip }) => skip(failed, 'an earlier step of the story failed'));
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') {
        failed = true;
        await looker.keepFailure();
      }
      expect(watched.complaints.splice(0)).toEqual([]);
    });

    const isExact = (text: string | RegExp) => typeof text === 'string';
    chapters({
      documents,
      get page() {
        return watched.page;
      },
      get looker() {
        return looker;
      },
      get address() {
        return host.address;
      },
      button: (text, within = watched.page) => within.getByRole('button', { name: text, exact: isExact(text) }),
      link: (text) => watched.page.getByRole('link', { name: text, exact: true }),
      heading: (text) => watched.page.getByRole('heading', { name: text, exact: isExact(text) }),
    });
  });
}
