import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSyntheticCheckpoint, type SyntheticShape } from '../../build/make-synthetic-checkpoint.ts';
import { buildPage } from '../../build/page.ts';
import { startBrowserHost, type RunningHost } from './support/browser-host.ts';
import { findChromium, FLAGS } from './support/chromium.ts';
import { Looker } from './support/look.ts';
import { openWatchedPage, type WatchedPage } from './support/watched-page.ts';

const executablePath = findChromium();
const skipped = executablePath ? '' : ' (skipped: no Chromium in PATH and none in GCW_CHROMIUM)';
if (skipped) console.log(`Imported models in the window${skipped}`);

const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Borrowed knowledge';
const TITLE = 'Tiny published model';
const TINY: SyntheticShape = {
  nHuman: 60,
  nMouse: 64,
  nHomologs: 40,
  nLayers: 2,
  nHeads: 2,
  width: 16,
  feedForwardWidth: 32,
  maxLength: 32,
  priorWidth: 6,
  valueEncoding: 'scalar',
};

describe.skipIf(!executablePath)(`imported models in the window${skipped}`, () => {
  const home = mkdtempSync(path.join(tmpdir(), 'gcw-home-'));
  const documents = path.join(home, 'Documents');
  let host: RunningHost;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let looker: Looker;
  let failed = false;

  beforeAll(async () => {
    mkdirSync(documents);
    makeSyntheticCheckpoint(path.join(documents, 'tiny'), TINY);
    makeSyntheticCheckpoint(path.join(documents, 'cut short'), TINY, 2);
    writeFileSync(path.join(documents, 'cut short', 'pytorch_model.bin'), 'PK');
    await buildPage();
    host = await startBrowserHost({ homeFolder: home });
    browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS });
    watched = await openWatchedPage(browser, new URL(host.address).origin);
    page = watched.page;
    page.setDefaultTimeout(20_000);
    looker = new Looker(page, 'models');
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

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: typeof name === 'string' });

  it('says on the first page that models can be brought in', async () => {
    await page.goto(host.address);
    await link('Import a published model').click();
    await heading('Choose the folder').waitFor();
    await looker.look('import-start');
  });

  it('refuses a damaged file with the reason and the next step', async () => {
    await page.getByLabel('Checkpoint folder', { exact: true }).first().fill(path.join(documents, 'cut short'));
    await page.getByText('Nothing was imported.').waitFor();
    expect(await button('Import').isDisabled()).toBe(true);
    await looker.look('import-refused');
  });

  it('shows what a folder holds, and imports it', async () => {
    await page.getByLabel('Checkpoint folder', { exact: true }).first().fill('');
    await button('Choose…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('tiny', { exact: true }).click();
    await dialog.getByText('pytorch_model.bin').waitFor();
    await looker.look('import-browse');
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await heading('Found: pytorch_model.bin').waitFor();
    await page.getByText(/Not the published Base/).waitFor();
    await page.getByLabel('Name', { exact: true }).fill(TITLE);
    await looker.look('import-found');
    await button('Import').click();
    await page.getByText(`${TITLE} is imported.`).waitFor({ timeout: 60_000 });
    await looker.look('import-done');
  });

  it('keeps it in the library, with hashes that can be checked', async () => {
    await link('Show its card').click();
    await heading(TITLE).waitFor();
    expect(await page.getByText(/^[0-9a-f]{64}$/).count()).toBeGreaterThan(2);
    await button('Check the files').click();
    await page.getByText('Every file is exactly as it was imported.').waitFor();
    await looker.look('model-card');
  });

  it('is used in a project and shown there with the next steps', async () => {
    await link('To your projects').click();
    await button('New project').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(PROJECT);
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await dialog.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE);
    await button('Create project').click();
    await dialog.getByLabel('I have printed or written it down').check();
    await button('Go to the project').click();
    await heading(PROJECT).waitFor();

    const navigation = page.getByRole('navigation');
    await navigation.getByRole('link', { name: 'Imported models' }).click();
    await looker.look('library');
    await button('Use in this project').click();
    await heading('From here to your question').waitFor();
    await navigation.getByRole('link', { name: TITLE }).waitFor();
    await looker.look('model-in-project');

    await page.reload();
    await heading('From here to your question').waitFor();
    await page.getByText(/gcw.* model use/).waitFor();
  });

  it('says what no longer works once a model is removed', async () => {
    await link('Show its card').click();
    await button('Check the files').waitFor();
    await button(`Remove ${TITLE}`).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(`${PROJECT} uses it.`).waitFor();
    await looker.look('remove');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await heading('No imported models yet').waitFor();
    await looker.look('library-empty');
    await page.getByRole('navigation').getByRole('link', { name: TITLE }).click();
    await page.getByText(/no longer in the library of this computer/).waitFor();
    await looker.look('model-gone');
  });
});
