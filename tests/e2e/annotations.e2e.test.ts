import path from 'node:path';
import { expect, it } from 'vitest';
import type { ObsColumn } from '#singlecell/types.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { writeH5ad } from '#tests/support/write-h5ad.ts';
import { createProject } from './support/create-project.ts';
import { story } from './support/story.ts';

const PASSPHRASE = 'nine calm otters drift below the bridge';
const N_CELLS = 120;
const DATE = '1-Mar';
const JOB_MS = 60_000;

/** Columns as a hospital exports them. */
function hospitalColumns(): ObsColumn[] {
  const groups = (name: string, categories: string[]): ObsColumn => ({
    kind: 'categorical',
    name,
    categories,
    codes: Int32Array.from({ length: N_CELLS }, (_, i) => i % categories.length),
  });
  const numbers = (name: string, of: (i: number) => number): ObsColumn => ({
    kind: 'number',
    name,
    values: Float64Array.from({ length: N_CELLS }, (_, i) => of(i)),
  });
  return [
    ...['n_counts', 'n_genes', 'pct_mito', 'pct_ribo'].map((name, k) => numbers(name, (i) => 100.5 + 7 * i + k)),
    groups('collected_on', ['2024-03-02', '2024-03-09', '2024-04-11']),
    groups('nurse', ['Anna Berg', 'Max Stein', 'Eva Lang']),
    groups('record', ['MRN 0012345', 'MRN 0012346', 'MRN 0012347']),
    groups('contact', ['a.berg@example.org', 'm.stein@example.org', 'e.lang@example.org']),
    groups('comment', ['seen twice', 'first visit', 'came back after a week']),
    groups('batch', ['run 1', 'run 2']),
    groups('treatment', ['untreated', 'interferon']),
  ];
}

async function prepare(documents: string): Promise<void> {
  const cells = makeCells({ nCells: N_CELLS, nGenes: 200, nDonors: 3, states: ['early', 'late'], seed: 3 });
  // A spreadsheet was here: the name stands for two genes.
  const genes = cells.genes.map((gene, i) => (i === 150 ? { id: DATE, symbol: DATE } : gene));
  await writeH5ad(path.join(documents, 'ward.h5ad'), { ...cells, genes, obs: [...cells.obs, ...hospitalColumns()] });
}

story('Annotations, in the window', 'annotations', prepare, (told) => {
  const { button, heading } = told;
  const choose = async (field: string, option: string) => {
    const box = told.page.getByRole('combobox', { name: field });
    await box.press('ArrowDown');
    await told.page.getByRole('option', { name: option }).click();
  };

  it('makes a project', async () => {
    await told.page.goto(told.address);
    await createProject(told, 'Ward', PASSPHRASE);
  });

  it('says what every annotation is used for and who sees it, before the import', async () => {
    await told.page.evaluate(() => (location.hash = '#/new/import'));
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, 'ward.h5ad'));
    await typed.press('Enter');
    await told.page
      .getByText(/120 cells/)
      .first()
      .waitFor();
    await told.looker.look('file');
    await button('Next').click();
    await heading('What the annotations mean').waitFor();
    for (const flag of ['names of people', 'dates', 'record numbers', 'e-mail addresses'])
      await told.page.getByText(`looks like ${flag}`).first().waitFor();
    expect(await told.page.getByText('Anna Berg').count()).toBe(0);
    await told.looker.look('suggested');
    await choose('Privacy: treatment', 'limited');
    await told.page.getByText('Results could not name these conditions').waitFor();
    await button('Take the suggestion for treatment: open').waitFor();
    await choose('Used as: batch', 'batches');
    await told.page.keyboard.press('Escape');
    await button('Take the suggestion for batch: batches').waitFor();
    await button('Show the 5 columns of numbers').click();
    await told.looker.look('changed');
  });

  it('imports with that and tells it again on the page of the dataset', async () => {
    await button('Next').click();
    await heading('Check and run').waitFor();
    await told.page.getByText(/--column-privacy treatment=limited/).waitFor();
    await told.looker.look('review');
    await button('Import').click();
    const card = told.page.getByRole('group', { name: /^Import/ }).first();
    await card.getByText('done', { exact: true }).waitFor({ timeout: JOB_MS });
    await card.getByRole('link', { name: 'Show result' }).click();
    await told.page.getByRole('tab', { name: 'Annotations' }).click();
    await told.page.getByText('told as group 1, group 2').waitFor();
    await button('Close jobs')
      .click()
      .catch(() => {});
    await told.looker.look('dataset');
  });

  it('asks before a column is opened that looks personal', async () => {
    await choose('Privacy: comment', 'open');
    await heading('Open comment?').waitFor();
    await told.looker.look('confirm');
    await told.page.getByLabel('Reason, kept in the audit log').fill('nothing in it names anybody');
    await button('Open it').click();
    await button('Take the suggestion for comment: restricted').waitFor();
    await told.page.getByText('Open it only if nobody can be known by it.').waitFor();
    await told.page.getByText('seen twice, first visit').waitFor();
  });

  it('lists names that may mean several genes, and imports again with what was chosen', async () => {
    await told.page.getByRole('tab', { name: 'Genes' }).click();
    await told.page.getByText('These names may mean several genes').waitFor();
    await choose(`What ${DATE} means`, 'MARCHF1');
    await heading('One choice made').waitFor();
    await told.page.getByText(/--column-privacy comment=open/).waitFor();
    await told.page.getByText(/--gene-choices 1-Mar=ENSG00000145416/).waitFor();
    await told.looker.look('ambiguous');
    await button('Import again').click();
    const card = told.page.getByRole('group', { name: /^Import/ }).first();
    await card.getByText('done', { exact: true }).waitFor({ timeout: JOB_MS });
    await card.getByRole('link', { name: 'Show result' }).click();
    await heading('ward, genes chosen').waitFor();
    await told.page.getByRole('tab', { name: 'Genes' }).click();
    await button('Your choices').click();
    await told.page.getByText('1 name', { exact: true }).waitFor();
    await told.looker.look('chosen');
  });
});
