import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../build/page.ts';
import { startBrowserHost, type RunningHost } from './support/browser-host.ts';
import { findChromium } from './support/chromium.ts';

const executablePath = findChromium();
const skipped = executablePath ? '' : ' (skipped: no Chromium in PATH and none in GCW_CHROMIUM)';
if (skipped) console.log(`Browser window${skipped}`);

describe.skipIf(!executablePath)(`the window in a browser${skipped}`, () => {
  let host: RunningHost;
  let browser: Browser;

  beforeAll(async () => {
    await buildPage();
    host = await startBrowserHost();
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    expect(await host.stop()).toBe(0);
  });

  it('opens through the printed address, hides the token, and stays open when it is loaded again', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() !== 'info' && message.type() !== 'log') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));

    await page.goto(host.address);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    const token = new URL(host.address).hash.split('=')[1];
    expect(page.url()).not.toContain(token);
    expect(requests.filter((url) => url.includes(token))).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(new URL(host.address).origin))).toEqual([]);

    await page.reload();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await page.locator('.start-failure').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is closed to a second browser', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(host.address);
    await page.locator('.start-failure').waitFor();
    await context.close();
  });
});
