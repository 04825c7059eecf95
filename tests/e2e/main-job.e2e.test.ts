import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Locator, type Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newProjectDialog } from './support/create-project.ts';
import { tabTo } from './support/keyboard.ts';
import { CELLS_PER_STATE, STATES, writeSmallCells } from './support/small-cells.ts';
import { story } from './support/story.ts';

/** The longest job of the test on two busy cores. */
const JOB_MS = 240_000;
const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Progenitor fates';
const [START, GOAL, OTHER_GOAL] = STATES;
/** Shipped list of genes known to drive the goal from the start, and genes with other jobs. */
const GENES = ['SPI1', 'CEBPA', 'CEBPB', 'CEBPD', 'KLF4', 'EGR1', 'GATA2', 'MYB', 'PAX5', 'EBF1', 'TCF7', 'BACH2'];
const KNOWN = ['SPI1', 'CEBPA', 'CEBPB', 'CEBPD', 'KLF4', 'EGR1'];

const DATA_FILE = 'sorted blood.h5ad';

story(
  'Main job in the window',
  'main-job',
  (documents) => writeSmallCells(path.join(documents, DATA_FILE)),
  (told) => {
    const { button, heading } = told;
    const dataFile = path.join(told.documents, DATA_FILE);
    const job = (title: RegExp) => told.page.getByRole('group', { name: title });

    async function choose(field: string, option: string): Promise<void> {
      await told.page.getByRole('combobox', { name: field, exact: true }).click();
      await told.page.getByRole('option', { name: option }).first().click();
      await told.page.keyboard.press('Escape');
    }
    async function fill(field: string, value: number, within: Page | Locator = told.page): Promise<void> {
      await within.getByRole('spinbutton', { name: field, exact: true }).fill(String(value));
    }
    /** To the next step of a wizard, known by its heading. */
    async function next(title: string): Promise<void> {
      await button('Next').click();
      await heading(title).waitFor();
    }
    async function overview(): Promise<void> {
      await told.page.getByRole('link', { name: 'Overview' }).click();
      await heading(PROJECT).waitFor();
    }
    const jobsButton = () => told.page.getByRole('button', { name: /^Jobs, / });
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
      await told.page.goto(told.address);
      await heading('What do you want to find out?').waitFor();
      await told.looker.look('home');

      const stops = await tabTo(told.page, /^What drives A → B/);
      expect(stops.filter((stop) => !stop.isVisible)).toEqual([]);
      await told.page.keyboard.press('Enter');
      await told.page.getByRole('dialog').waitFor();
    });

    it('makes an encrypted project and shows its recovery key once', async () => {
      const dialog = await newProjectDialog(told);
      await dialog.getByLabel('Name', { exact: true }).fill(PROJECT);
      expect(await dialog.getByLabel('Project file', { exact: true }).inputValue()).toBe(
        path.join(told.documents, 'Progenitor-fates.gcwproj'),
      );
      await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
      await dialog.getByLabel('Passphrase again', { exact: true }).fill('something else');
      await dialog.getByText('The two passphrases differ.').waitFor();
      expect(await button('Create project').isDisabled()).toBe(true);
      await told.looker.look('new-project');
      await dialog.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE);
      await button('Create project').click();

      await dialog.getByText('Your recovery key').waitFor();
      expect((await dialog.locator('output').textContent())?.length).toBeGreaterThan(20);
      expect(await button('Go to the project').isDisabled()).toBe(true);
      await told.looker.look('recovery-key');
      await dialog.getByLabel('I have printed or written it down').check();
      await button('Go to the project').click();
      await heading(PROJECT).waitFor();
      await heading('Bring in your cells').waitFor();
      await told.looker.look('empty-project');
    });

    it('imports a file after showing what it holds', async () => {
      await told.page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Import data' }).click();
      await heading('Choose your files').waitFor();
      await told.looker.look('import-empty');
      await button('Choose…').click();
      await told.page.getByRole('dialog').getByText(path.basename(dataFile)).waitFor();
      await told.looker.look('import-choose-file');
      await told.page.getByRole('dialog').getByText(path.basename(dataFile)).click();
      await button('Add 1').click();
      await told.page.getByText(new RegExp(`human.*raw counts.*${STATES.length * CELLS_PER_STATE} cells`)).waitFor();
      await told.looker.look('import-file');
      await next('What the annotations mean');
      await told.looker.look('import-columns');
      await next('Check and run');
      await told.looker.look('import-review');
      await start('Import');
      await done(/^Import/);
      await told.looker.look('jobs-imported');
      await closeJobs();
    });

    it('draws a map of the cells', async () => {
      await heading('Prepare the cells').waitFor();
      await told.page.getByRole('navigation').getByRole('link', { name: 'sorted blood' }).click();
      await heading('No map yet').waitFor();
      await told.looker.look('dataset-without-map');
      await start('Draw the map');
      await done(/map/i);
      await closeJobs();
      await told.page.getByRole('img', { name: /^Map of \d+ cells/ }).waitFor();
      await told.looker.look('dataset-map');
      for (const tab of ['Import report', 'Annotations', 'How it was made']) {
        await told.page.getByRole('tab', { name: tab }).click();
        await told.page.getByRole('tab', { name: tab, selected: true }).waitFor();
        await told.looker.look(`dataset-${tab.toLowerCase().replaceAll(' ', '-')}`);
      }
    });

    it('prepares the cells', async () => {
      await overview();
      await told.page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Prepare cells' }).click();
      await heading('Which cells are good enough').waitFor();
      await told.looker.look('prepare-quality');
      await next('How cells are written for the model');
      await fill('Genes per cell', 256);
      await told.looker.look('prepare-encoding');
      await next('Check and run');
      await told.looker.look('prepare-review');
      await start('Prepare');
      await done(/^Prepare/);
      await closeJobs();
      await told.page
        .getByRole('navigation')
        .getByRole('link', { name: /Prepared|sorted blood/ })
        .last()
        .click();
      await heading('Coverage').waitFor();
      await told.looker.look('prepared-cells');
    });

    it('trains a model of the cells, then of their states', async () => {
      await overview();
      await told.page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Train a model' }).click();
      await heading('Which cells to learn from').waitFor();
      await told.looker.look('train-cells');
      await next('How big the model is');
      await fill('Epochs', 2);
      await told.looker.look('train-size');
      await next('Which states to tell apart');
      await fill('Epochs', 3);
      await told.looker.look('train-states');
      await next('Check and run');
      await told.looker.look('train-review');
      await start('Start training');
      await job(/^Pretrain/)
        .getByRole('progressbar')
        .waitFor();
      await heading('Work is on its way').waitFor();
      await told.looker.look('jobs-training');
      await done(/^Pretrain/);
      await done(/^Fine-tun/);
      await told.looker.look('jobs-trained');
      await showResult(/^Fine-tun/);
      await heading('What is mistaken for what').waitFor();
      await told.looker.look('model');
    });

    it('embeds the cells and writes the embeddings to a file', async () => {
      await button('Embed cells').click();
      const dialog = told.page.getByRole('dialog');
      await dialog.getByRole('checkbox', { name: 'Embed genes too' }).check();
      await told.looker.look('embed');
      await dialog.getByRole('button', { name: 'Embed cells' }).click();
      await done(/^Embed/);
      await closeJobs();
      await button('Save to a file').click();
      const out = path.join(told.documents, 'embeddings.csv');
      await dialog.getByRole('textbox', { name: 'Output file' }).fill(out);
      await told.looker.look('save-embeddings');
      await dialog.getByRole('button', { name: 'Save to a file' }).click();
      await told.page.getByText(/^Saved .*embeddings\.csv$/).waitFor();
      const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
      expect(lines[0]).toMatch(/^cell,dim_1,/);
      expect(lines.length).toBeGreaterThan(STATES.length);
    });

    it('screens genes from a start state to two goals', async () => {
      await overview();
      await told.page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Run a screen' }).click();
      await heading('Which cells you have, which you want').waitFor();
      await told.looker.look('screen-fate-empty');
      await choose('Start state', START);
      await choose('Goal states', GOAL);
      await choose('Goal states', OTHER_GOAL);
      await told.looker.look('screen-fate');
      await next('What is done to each gene');
      await told.looker.look('screen-operators');
      await next('Which genes are tried');
      await told.page.getByRole('radio', { name: 'My own list' }).check();
      await told.page.getByRole('textbox', { name: /^Paste symbols/ }).fill([...GENES, 'NOTAGENE'].join('\n'));
      await told.page.getByText(/1 not found, left out/).waitFor();
      await fill('Detection gate', 3);
      await button(/^More options/).click();
      await fill('Null genes', 30);
      await told.looker.look('screen-genes');
      await next('How many start cells');
      await fill('Start cells', 6);
      await told.looker.look('screen-cells');
      await next('Check and run');
      await told.looker.look('screen-review');
      await start('Start the screen');
      await done(/^Screen/);
      await told.looker.look('jobs-screened');
      await showResult(/^Screen/);
      await heading('Settings').waitFor();
      await told.looker.look('screen');
    });

    it('ranks the genes for one goal beside simple methods', async () => {
      await overview();
      await told.page.getByRole('region', { name: 'Next step' }).getByRole('link', { name: 'Rank genes' }).click();
      await heading('Which goal, which perturbation').waitFor();
      await told.looker.look('rank-goal');
      await next('Genes you already know');
      await told.page
        .getByRole('group', { name: 'Known regulators' })
        .getByRole('textbox', { name: /^Paste symbols/ })
        .fill(KNOWN.join(', '));
      await told.page.getByText(/\d+ found/).waitFor();
      await told.looker.look('rank-known');
      await next('Check and run');
      await told.looker.look('rank-review');
      await start('Rank');
      await done(/^Rank/);
      await showResult(/^Rank/);
      await heading('How far to trust this ranking').waitFor();
      await told.looker.look('ranking');
    });

    it('sorts, filters, exports and explains the result', async () => {
      const table = told.page.getByRole('table', { name: 'Ranked genes' });
      const symbols = () => table.getByRole('row').locator('[role=cell]:nth-child(3)').allTextContents();
      const byRank = await symbols();
      expect(byRank.length).toBeGreaterThan(4);
      await table.getByRole('columnheader', { name: 'Gene' }).click();
      await expect.poll(symbols).toEqual([...byRank].sort((a, b) => a.localeCompare(b, 'en')));
      const why = told.page.getByRole('region', { name: 'Why it stands here' });
      await why.getByRole('heading', { name: 'When not to trust this' }).waitFor();
      expect(await why.getByRole('listitem').count()).toBeGreaterThan(0);
      await told.looker.look('ranking-sorted');
      await told.page.getByRole('textbox', { name: 'Search gene' }).fill('CEB');
      await expect.poll(async () => (await symbols()).every((symbol) => symbol.startsWith('CEB'))).toBe(true);
      await told.page.getByRole('checkbox', { name: 'Known only' }).check();
      await told.looker.look('ranking-filtered');
      await told.page.getByRole('textbox', { name: 'Search gene' }).fill('');
      await told.page.getByRole('checkbox', { name: 'Known only' }).uncheck();

      await button('Export').click();
      await told.looker.look('ranking-export-menu');
      const downloading = told.page.waitForEvent('download');
      await told.page.getByText('All genes (CSV)').click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/\.csv$/);
      const csv = readFileSync(await download.path(), 'utf8');
      for (const symbol of byRank) expect(csv).toContain(symbol.replace(' ★', ''));
      await told.looker.look('ranking-exported');

      await told.page.getByRole('tab', { name: 'Model and fold change' }).click();
      await told.page.getByRole('img', { name: /^Shift to the goal against fold change/ }).waitFor();
      await told.looker.look('ranking-scatter');
      await told.page.getByRole('tab', { name: 'How it was made' }).click();
      await heading('For the methods section').waitFor();
      await told.page.getByText(/gcw.* ranking run/).waitFor();
      await told.looker.look('ranking-provenance');
    });

    it('keeps everything when the window is loaded again', async () => {
      await told.page.reload();
      await heading('How far to trust this ranking').waitFor();
      expect(await told.page.getByRole('table', { name: 'Ranked genes' }).getByRole('row').count()).toBeGreaterThan(4);
      await overview();
      await heading('Read your ranking').waitFor();
      await told.looker.look('finished-project');
    });

    it('refuses a wrong passphrase in plain words and opens with the right one', async () => {
      await button('Close project').click();
      await heading('What do you want to find out?').waitFor();
      await told.looker.look('home-with-project');
      await told.page
        .getByRole('listitem')
        .or(told.page.getByRole('option'))
        .or(told.page.getByRole('button'))
        .filter({ hasText: PROJECT })
        .first()
        .click();
      const dialog = told.page.getByRole('dialog');
      await dialog.getByLabel('Passphrase', { exact: true }).fill('seven quiet herons');
      await button('Open', dialog).click();
      await dialog
        .getByRole('alert')
        .filter({ hasText: /passphrase/i })
        .waitFor();
      await told.looker.look('wrong-passphrase');
      await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
      await told.page.keyboard.press('Enter');
      await heading(PROJECT).waitFor();
      await told.page
        .getByRole('region', { name: 'Next step' })
        .getByRole('link', { name: 'Show the ranking' })
        .click();
      await heading('How far to trust this ranking').waitFor();
    });
  },
);
