import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Whatever the window complained of, failed to fetch, or tried to fetch from elsewhere. */
  complaints: string[];
}

/** Chromium's own remark on screenshots of a canvas that is drawn without a GPU. */
const DRIVER_REMARK = /GPU stall due to ReadPixels/;

/** A page whose every warning, error, failed request and request to another origin is kept. */
export async function openWatchedPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const context = await browser.newContext({ acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type()) && !DRIVER_REMARK.test(message.text()))
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) =>
    complaints.push(`failed request: ${request.url()} ${request.failure()?.errorText}`),
  );
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`answer ${answer.status()}: ${answer.url()}`);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.protocol !== 'data:' && url.origin !== origin)
      complaints.push(`request to another place: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host)
      complaints.push(`socket to another place: ${socket.url()}`);
  });
  return { page, context, complaints };
}
