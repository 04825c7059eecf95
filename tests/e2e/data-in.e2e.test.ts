import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeCells } from '#tests/support/make-cells.ts';
import { writeH5ad } from '#tests/support/write-h5ad.ts';
import { createProject } from './support/create-project.ts';
import { story } from './support/story.ts';

const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Three donors';
const STUDY = 'study';
/** Cells of each sample; small, since nothing is computed of them. */
const SAMPLES = { 'donor one': 60, 'donor two': 48, 'donor three': 52 };
/** Gata1, Spi1, Gstt1 are in one-to-one pairs; Gstt2 is of a family, Gstt3 of none. */
const MOUSE_GENES = [31162, 2111, 1663, 33318, 1665].map((n) => `ENSMUSG${String(n).padStart(11, '0')}`);
const JOB_MS = 60_000;

async function prepare(documents: string): Promise<void> {
  const folder = path.join(documents, STUDY);
  mkdirSync(folder);
  for (const [seed, [name, nCells]] of Object.entries(SAMPLES).entries())
    await writeH5ad(
      path.join(folder, `${name}.h5ad`),
      makeCells({ nCells, nGenes: 200, nDonors: 1, states: ['early', 'late'], seed: seed + 1 }),
    );
  writeFileSync(path.join(folder, 'broken.h5ad'), 'not a file of cells');
  const mice = makeCells({ nCells: 60, nGenes: 80, nDonors: 2, species: 'mouse', states: ['early', 'late'], seed: 9 });
  const genes = mice.genes.map((gene, i) => (MOUSE_GENES[i] ? { id: MOUSE_GENES[i], symbol: MOUSE_GENES[i] } : gene));
  await writeH5ad(path.join(documents, 'mice.h5ad'), { ...mice, genes });
  mkdirSync(path.join(documents, 'two species'));
  const people = makeCells({ nCells: 40, nGenes: 80, nDonors: 1, states: ['early', 'late'], seed: 10 });
  await writeH5ad(path.join(documents, 'two species', 'people.h5ad'), people);
  await writeH5ad(path.join(documents, 'two species', 'mice.h5ad'), { ...mice, genes });
  const table = ['gene,c1,c2,c3,c4', 'GATA1,3,0,1,0', 'SPI1,0,2,5,1', 'CD34,1,1,0,0', 'KLF1,0,0,9,2', 'MPO,4,0,0,1'];
  writeFileSync(path.join(documents, 'counts.csv'), table.join('\n'));
}

story('Data in, in the window', 'data-in', prepare, (told) => {
  const { button, heading } = told;
  const wizard = '#/new/import';

  it('makes a project', async () => {
    await told.page.goto(told.address);
    await createProject(told, PROJECT, PASSPHRASE);
  });

  it('takes a typed path of a table and says how it was read', async () => {
    await told.page.evaluate((hash) => (location.hash = hash), wizard);
    await heading('Choose your files').waitFor();
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, 'counts.csv'));
    await typed.press('Enter');
    await told.page.getByText(/text table.*human.*4 cells × 5 genes/).waitFor();
    await button(/More options/).click();
    await told.page.getByRole('combobox', { name: 'Orientation' }).waitFor();
    await told.looker.look('table');
    await button('Remove counts.csv').click();
    await told.page.getByText('Drop files or folders here, or choose them').waitFor();
  });

  it('looks for files that were dropped, since a browser does not tell where they lie', async () => {
    await told.page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], 'counts.csv'));
      const target = document.querySelector('.files')!;
      target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    const dialog = told.page.getByRole('dialog');
    await dialog.getByText(/these are ticked for you: counts.csv/).waitFor();
    expect(await dialog.getByRole('checkbox', { name: 'Take counts.csv' }).isChecked()).toBe(true);
    await told.looker.look('dropped');
    await button('Add 1').click();
    await told.page.getByText(/text table/).waitFor();
    await button('Remove counts.csv').click();
  });

  it('says once that both species are there, takes both by a button, and forgets that with the files', async () => {
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, 'two species'));
    await typed.press('Enter');
    await told.page.getByText('Some samples are human, others mouse.').waitFor();
    expect(await told.page.getByText(/two species \(human|both makes a dataset/).count()).toBe(0);
    await told.looker.look('two-species');
    await button('Import both').click();
    await told.page.getByText('Each species becomes a dataset of its own.').waitFor();
    await told.looker.look('both-taken');
    await button('Remove two species').click();
    await told.page.getByText('Drop files or folders here, or choose them').waitFor();
  });

  it('tells the samples of a folder apart, also one that cannot be read', async () => {
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, STUDY));
    await typed.press('Enter');
    await told.page.getByText(/4 samples \(1 unreadable\).*160 cells/).waitFor();
    expect(
      await told.page
        .getByLabel(/^Name of sample/)
        .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(expect.arrayContaining(['one', 'two', 'three'].map((name) => expect.stringContaining(name) as string)));
    expect(await button('Next').isDisabled()).toBe(true);
    await told.page.getByText('Leave out what cannot be read first.').waitFor();
    await told.looker.look('samples');
    await button('Leave it out').click();
    await told.page.getByText(/3 samples.*160 cells/).waitFor();
    expect(await button('Next').isDisabled()).toBe(false);
  });

  it('imports them as one dataset with the names given', async () => {
    for (const name of Object.keys(SAMPLES)) await button(`Remove ${name}.h5ad`).click();
    const typed = told.page.getByLabel('Or type a path');
    for (const name of Object.keys(SAMPLES)) {
      await typed.fill(path.join(told.documents, STUDY, `${name}.h5ad`));
      await typed.press('Enter');
      await told.page.getByText(`${name}.h5ad`, { exact: true }).waitFor();
    }
    await told.page.getByText(/3 samples.*160 cells/).waitFor();
    await told.page.getByLabel('Name of sample 1').fill('patient A');
    await told.page.getByLabel('Name of sample 1').blur();
    await told.page.getByLabel('Name', { exact: true }).fill('Three together');
    await button('Next').click();
    await heading('What the annotations mean').waitFor();
    await told.looker.look('columns');
    await button('Next').click();
    await heading('Check and run').waitFor();
    await told.page.getByText(/--sample-names/).waitFor();
    await told.looker.look('review');
    await button('Import').click();
    const card = told.page.getByRole('group', { name: /^Import/ }).first();
    await card.getByText('done', { exact: true }).waitFor({ timeout: JOB_MS });
    await card.getByRole('link', { name: 'Show result' }).click();
    await heading('Three together').waitFor();
    await told.looker.look('dataset');
  });

  it('says before the cells are prepared which mouse genes share a token with human ones', async () => {
    await told.page.evaluate((hash) => (location.hash = hash), wizard);
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, 'mice.h5ad'));
    await typed.press('Enter');
    await told.page.getByText(/mouse, raw counts, 60 cells/).waitFor();
    await button('Next').click();
    await heading('What the annotations mean').waitFor();
    await button('Next').click();
    await button('Import').click();
    const card = told.page.getByRole('group', { name: 'Import mice' }).first();
    await card.getByText('done', { exact: true }).waitFor({ timeout: JOB_MS });
    await card.getByRole('link', { name: 'Show result' }).click();
    await heading('mice').waitFor();
    await told.page.getByRole('tab', { name: 'Genes' }).click();
    await heading('Mouse genes written as human ones').waitFor();
    await told.page.getByRole('row', { name: /One gene of each family too 4 genes/ }).waitFor();
    await told.looker.look('mouse-genes');
    await told.page.evaluate(() => (location.hash = '#/new/prepare'));
    await button('Next').click();
    await heading('How cells are written for the model').waitFor();
    await told.page.getByRole('radio', { name: /One gene of each family too/ }).check();
    await told.page.getByRole('row', { name: /One gene of each family too.*chosen 4 genes/ }).waitFor();
    await told.looker.look('mouse-tokens');
    await button('Next').click();
    await told.page.getByText(/--orthologs one-to-many/).waitFor();
    await told.looker.look('mouse-review');
  });
});
