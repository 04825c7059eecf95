import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPage } from '../../build/page.ts';
import { startBrowserHost, type RunningHost } from './support/browser-host.ts';
import { findChromium, FLAGS } from './support/chromium.ts';
import { tabTo } from './support/keyboard.ts';
import { Looker } from './support/look.ts';
import { CELLS_PER_STATE, STATES, writeSmallCells } from './support/small-cells.ts';
import { openWatchedPage, type WatchedPage } from './support/watched-page.ts';

const executablePath = findChromium();
const skipped = executablePath ? '' : ' (skipped: no Chromium in PATH and none in GCW_CHROMIUM)';
if (skipped) console.log(`Main job in the window${skipped}`);

/** The longest job of the test on two busy cores. */
const JOB_MS = 240_000;
const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Progenitor fates';
const [START, GOAL, OTHER_GOAL] = STATES;
/** Shipped list of genes known to drive the goal from the start, and genes with other jobs. */
const GENES = ['SPI1', 'CEBPA', 'CEBPB', 'CEBPD', 'KLF4', 'EGR1', 'GATA2', 'MYB', 'PAX5', 'EBF1', 'TCF7', 'BACH2'];
const KNOWN = ['SPI1', 'CEBPA', 'CEBPB', 'CEBPD', 'KLF4', 'EGR1'];

describe.skipIf(!executablePath)(`the main job in the window${skipped}`, () => {
  const home = mkdtempSync(path.join(tmpdir(), 'gcw-home-'));
  const dataFile = path.join(home, 'Documents', 'sorted blood.h5ad');
  let host: RunningHost;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let looker: Looker;
  let failed = false;

  beforeAll(async () => {
    mkdirSync(path.dirname(dataFile));
    await Promise.all([buildPage(), writeSmallCells(dataFile)]);
    host = await startBrowserHost({ homeFolder: home });
    browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS });
    watched = await openWatchedPage(browser, new URL(host.address).origin);
    page = watched.page;
    page.setDefaultTimeout(20_000);
    looker = new Looker(page, 'main-job');
  });
  afterAll(async () => {
    await browser?.close();
    const status = await host?.stop();
    rmSync(home, { recursive: true, force: true });
    expect(status).toBe(0);
  });

  /** One story: a chapter makes no sense when the one before it did not end well. */
  beforeEach(({ skip }) => skip(failed, 'an earlier step of the story failed'));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      failed = true;
      await looker.keepFailure();
    }
    expect(watched.complaints.splice(0)).toEqual([]);
  });

  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' });
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: typeof name === 'string' });
  const job = (title: RegExp) => page.getByRole('group', { name: title });

  async function choose(field: string, option: string): Promise<void> {
    await page.getByRole('combobox', { name: field, exact: true }).click();
    await page.getByRole('option', { name: option }).first().click();
    await page.keyboard.press('Escape');
  }
  async function fill(field: string, value: number, within: Page | Locator = page): Promise<void> {
    await within.getByRole('spinbutton', { name: field, exact: true }).fill(String(value));
  }
  /** To the next step of a wizard, known by its heading. */
  async function next(title: string): Promise<void> {
    await button('Next').click();
    await heading(title).waitFor();
  }
  async function overview(): Promise<void> {
    await page.getByRole('link', { name: 'Overview' }).click();
    await heading(PROJECT).waitFor();
  }
  const jobsButton = () => page.getByRole('button', { name: /^Jobs, / });
  /** Starts a job; the panel that shows it opens by itself. */
  async function start(action: string): Promise<void> {
    await button(action).click();
    await expect.poll(() => jobsButton().getAttribute('aria-expanded')).toBe('true');
  }
  async function closeJobs(): Promise<void> {
    if ((await jobsButton().getAttribute('aria-expanded')) === 'true') await jobsButton().click();
    await expect.poll(() => jobsButton().getAttribute('aria-expanded')).toBe('false');
  }
  /** From the panel to what a job made; in a window of this width the panel gives way by itself. */
  async function showResult(title: RegExp): Promise<void> {
    await job(title).first().getByRole('link', { name: 'Show result' }).click();
    await expect.poll(() => jobsButton().getAttribute('aria-expanded')).toBe('false');
  }
  async function done(title: RegExp): Promise<void> {
    const card = job(title).first();
    const end = card.getByText(/^(done|failed|set aside|stopped)$/);
    await end.waitFor({ timeout: JOB_MS });
    expect(await end.textContent(), await card.innerText()).toBe('done');
  }

  it('opens with four questions, reached by keyboard alone', async () => {
    await page.goto(host.address);
    await heading('What do you want to find out?').waitFor();
    await looker.look('home');

    const stops = await tabTo(page, /^What drives A → B/);
    expect(stops.filter((stop) => !stop.isVisible)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
  });

  it('makes an encrypted project and shows its recovery key once', async () => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(PROJECT);
    expect(await dialog.getByLabel('Project file', { exact: true }).inputValue()).toBe(
      path.join(home, 'Documents', 'Progenitor-fates.gcwproj'),
    );
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await dialog.getByLabel('Passphrase again', { exact: true }).fill('something else');
    await dialog.getByText('The two passphrases differ.').waitFor();
    expect(await button('Create project').isDisabled()).toBe(true);
    await looker.look('new-project');
    await dialog.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE);
    await button('Create project').click();

    await dialog.getByText('Your recovery key').waitFor();
    expect((await dialog.locator('output').textContent())?.length).toBeGreaterThan(20);
    expect(await button('Go to the project').isDisabled()).toBe(true);
    await looker.look('recovery-key');
    await dialog.getByLabel('I have printed or written it down').check();
    await button('Go to the project').click();
    await heading(PROJECT).waitFor();
    await heading('Bring in your cells').waitFor();
    await looker.look('empty-project');
  });

  it('imports a file after showing what it holds', async () => {
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Import data' }).click();
    await heading('Choose a file').waitFor();
    await looker.look('import-empty');
    await button('Choose…').click();
    await page.getByRole('dialog').getByText(path.basename(dataFile)).waitFor();
    await looker.look('import-choose-file');
    await page.getByRole('dialog').getByText(path.basename(dataFile)).click();
    await page.getByText(new RegExp(`human.*raw counts.*${STATES.length * CELLS_PER_STATE} cells`)).waitFor();
    await looker.look('import-file');
    await next('What the annotations mean');
    await looker.look('import-columns');
    await next('Check and run');
    await looker.look('import-review');
    await start('Import');
    await done(/^Import/);
    await looker.look('jobs-imported');
    await closeJobs();
  });

  it('draws a map of the cells', async () => {
    await heading('Prepare the cells').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'sorted blood' }).click();
    await heading('No map yet').waitFor();
    await looker.look('dataset-without-map');
    await start('Draw the map');
    await done(/map/i);
    await closeJobs();
    await page.getByRole('img', { name: /^Map of \d+ cells/ }).waitFor();
    await looker.look('dataset-map');
    for (const tab of ['Import report', 'Annotations', 'How it was made']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tab', { name: tab, selected: true }).waitFor();
      await looker.look(`dataset-${tab.toLowerCase().replaceAll(' ', '-')}`);
    }
  });

  it('prepares the cells', async () => {
    await overview();
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Prepare cells' }).click();
    await heading('Which cells are good enough').waitFor();
    await looker.look('prepare-quality');
    await next('How cells are written for the model');
    await fill('Genes per cell', 256);
    await looker.look('prepare-encoding');
    await next('Check and run');
    await looker.look('prepare-review');
    await start('Prepare');
    await done(/^Prepare/);
    await closeJobs();
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /Prepared|sorted blood/ })
      .last()
      .click();
    await heading('Coverage').waitFor();
    await looker.look('prepared-cells');
  });

  it('trains a model of the cells, then of their states', async () => {
    await overview();
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Train a model' }).click();
    await heading('Which cells to learn from').waitFor();
    await looker.look('train-cells');
    await next('How big the model is');
    await fill('Epochs', 2);
    await looker.look('train-size');
    await next('Which states to tell apart');
    await fill('Epochs', 3);
    await looker.look('train-states');
    await next('Check and run');
    await looker.look('train-review');
    await start('Start training');
    await job(/^Pretrain/)
      .getByRole('progressbar')
      .waitFor();
    await heading('Work is on its way').waitFor();
    await looker.look('jobs-training');
    await done(/^Pretrain/);
    await done(/^Fine-tun/);
    await looker.look('jobs-trained');
    await showResult(/^Fine-tun/);
    await heading('What is mistaken for what').waitFor();
    await looker.look('model');
  });

  it('screens genes from a start state to two goals', async () => {
    await overview();
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Run a screen' }).click();
    await heading('Which cells you have, which you want').waitFor();
    await looker.look('screen-fate-empty');
    await choose('Start state', START);
    await choose('Goal states', GOAL);
    await choose('Goal states', OTHER_GOAL);
    await looker.look('screen-fate');
    await next('What is done to each gene');
    await looker.look('screen-operators');
    await next('Which genes are tried');
    await page.getByRole('radio', { name: 'My own list' }).check();
    await page.getByRole('textbox', { name: /^Paste symbols/ }).fill([...GENES, 'NOTAGENE'].join('\n'));
    await page.getByText(/1 not found, left out/).waitFor();
    await fill('Detection gate', 3);
    await button(/^More options/).click();
    await fill('Null genes', 30);
    await looker.look('screen-genes');
    await next('How many start cells');
    await fill('Start cells', 6);
    await looker.look('screen-cells');
    await next('Check and run');
    await looker.look('screen-review');
    await start('Start the screen');
    await done(/^Screen/);
    await looker.look('jobs-screened');
    await showResult(/^Screen/);
    await heading('Settings').waitFor();
    await looker.look('screen');
  });

  it('ranks the genes for one goal beside simple methods', async () => {
    await overview();
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Rank genes' }).click();
    await heading('Which goal, which perturbation').waitFor();
    await looker.look('rank-goal');
    await next('Genes you already know');
    await page.getByRole('textbox', { name: /^Paste symbols/ }).fill(KNOWN.join(', '));
    await page.getByText(/\d+ found/).waitFor();
    await looker.look('rank-known');
    await next('Check and run');
    await looker.look('rank-review');
    await start('Rank');
    await done(/^Rank/);
    await showResult(/^Rank/);
    await heading('When not to trust this').waitFor();
    await looker.look('ranking');
  });

  it('sorts, filters, exports and explains the result', async () => {
    const table = page.getByRole('table', { name: 'Ranked genes' });
    const symbols = () => table.getByRole('row').locator('[role=cell]:nth-child(2)').allTextContents();
    const byRank = await symbols();
    expect(byRank.length).toBeGreaterThan(4);
    await table.getByRole('columnheader', { name: 'Gene' }).click();
    await expect.poll(symbols).toEqual([...byRank].sort((a, b) => a.localeCompare(b, 'en')));
    const [, share] = /larger than that of ([\d.,]+)%/.exec(await page.getByRole('main').innerText()) ?? [];
    expect(Number(share)).toBeLessThanOrEqual(100);
    await looker.look('ranking-sorted');
    await page.getByRole('textbox', { name: 'Search gene' }).fill('CEB');
    await expect.poll(async () => (await symbols()).every((symbol) => symbol.startsWith('CEB'))).toBe(true);
    await page.getByRole('checkbox', { name: 'Known only' }).check();
    await looker.look('ranking-filtered');
    await page.getByRole('textbox', { name: 'Search gene' }).fill('');
    await page.getByRole('checkbox', { name: 'Known only' }).uncheck();

    const downloading = page.waitForEvent('download');
    await button('CSV').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const csv = readFileSync(await download.path(), 'utf8');
    for (const symbol of byRank) expect(csv).toContain(symbol.replace(' ★', ''));
    await looker.look('ranking-exported');

    await page.getByRole('tab', { name: 'Model and fold change' }).click();
    await page.getByRole('img', { name: /^Shift to the goal against fold change/ }).waitFor();
    await looker.look('ranking-scatter');
    await page.getByRole('tab', { name: 'How it was made' }).click();
    await heading('For the methods section').waitFor();
    await page.getByText(/gcw.* ranking run/).waitFor();
    await looker.look('ranking-provenance');
  });

  it('keeps everything when the window is loaded again', async () => {
    await page.reload();
    await heading('When not to trust this').waitFor();
    expect(await page.getByRole('table', { name: 'Ranked genes' }).getByRole('row').count()).toBeGreaterThan(4);
    await overview();
    await heading('Read your ranking').waitFor();
    await looker.look('finished-project');
  });

  it('refuses a wrong passphrase in plain words and opens with the right one', async () => {
    await button('Close project').click();
    await heading('What do you want to find out?').waitFor();
    await looker.look('home-with-project');
    await page
      .getByRole('listitem')
      .or(page.getByRole('option'))
      .or(page.getByRole('button'))
      .filter({ hasText: PROJECT })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Passphrase', { exact: true }).fill('seven quiet herons');
    await button('Open', dialog).click();
    await dialog
      .getByRole('alert')
      .filter({ hasText: /passphrase/i })
      .waitFor();
    await looker.look('wrong-passphrase');
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await heading(PROJECT).waitFor();
    await page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Show the ranking' }).click();
    await heading('When not to trust this').waitFor();
  });
});
