import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createProject } from './support/create-project.ts';
import { story } from './support/story.ts';

const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Tidied up';
const NAME = 'Four cells of a very long name that says everything about donors, sort and day';
const JOB_MS = 60_000;

function prepare(documents: string): void {
  const lines = ['GATA1,3,0,1,0', 'SPI1,0,2,5,1', 'CD34,1,1,0,0', 'KLF1,0,0,9,2', 'MPO,4,0,0,1'];
  for (const [i, name] of ['a', 'b'].entries())
    writeFileSync(path.join(documents, `${name}.csv`), ['gene,c1,c2,c3,c4', ...lines.slice(i)].join('\n'));
}

story('Deleting and the audit log in the window', 'record', prepare, (told) => {
  const { button, heading } = told;
  const contents = () => told.page.getByRole('navigation', { name: 'Contents of the project' });
  const open = (hash: string) => told.page.evaluate((to) => (location.hash = to), hash);

  async function importFile(name: string, nth: number): Promise<void> {
    await open('#/new/import');
    const typed = told.page.getByLabel('Or type a path');
    await typed.fill(path.join(told.documents, name));
    await typed.press('Enter');
    await told.page.getByText(/text table/).waitFor();
    await told.page.getByLabel('Name', { exact: true }).fill(NAME);
    await button('Next').click();
    await button('Next').click();
    await button('Import').click();
    await expect.poll(() => contents().getByRole('link', { name: NAME }).count(), { timeout: JOB_MS }).toBe(nth);
  }

  it('says what comes first where a wizard has nothing to ask about', async () => {
    await told.page.goto(told.address);
    await createProject(told, PROJECT, PASSPHRASE);
    await open('#/new/screen');
    await heading('This needs cells first').waitFor();
    await told.looker.look('needs-cells');
  });

  it('tells two datasets of one name apart', async () => {
    await importFile('a.csv', 1);
    await importFile('b.csv', 2);
    await told.page.getByRole('button', { name: /^Jobs, / }).click();
    expect(
      await contents()
        .getByRole('link', { name: /:\d\d [AP]M/ })
        .count(),
    ).toBe(2);
    await told.looker.look('twins');
  });

  it('deletes one of them, with a reason', async () => {
    await contents().getByRole('link', { name: NAME }).last().click();
    await heading(NAME).waitFor();
    await button(`Delete ${NAME}…`).click();
    const dialog = told.page.getByRole('alertdialog');
    await told.page.keyboard.press('Escape');
    await expect.poll(() => button(`Delete ${NAME}…`).evaluate((one) => one === document.activeElement)).toBe(true);
    await told.page.keyboard.press('Enter');
    await dialog.getByText('Nothing else was made from it.').waitFor();
    await dialog.getByLabel('Reason').fill('imported twice');
    await told.looker.look('delete');
    await button('Delete', dialog).click();
    await heading(PROJECT).waitFor();
    await expect.poll(() => contents().getByRole('link', { name: NAME }).count()).toBe(1);
  });

  it('shows what was done, finds it and saves it', async () => {
    await contents().getByRole('link', { name: 'Audit log' }).click();
    await heading('Audit log').waitFor();
    await told.page.getByText('The log is whole').waitFor();
    await told.page.getByRole('row', { name: /Dataset deleted.*imported twice/ }).waitFor();
    await told.looker.look('audit-log');
    await told.page.getByRole('textbox', { name: 'Search in the log' }).fill('TWICE');
    await expect.poll(() => told.page.getByRole('row').count()).toBe(2);
    const downloading = told.page.waitForEvent('download');
    await button('Save as text').click();
    const saved = readFileSync(await (await downloading).path(), 'utf8');
    expect(saved).toMatch(/\tdataset deleted\timported twice\t/);
    expect(saved).toMatch(/# chain intact; last hash [0-9a-f]{64}\n$/);
  });

  it('keeps the contents of the project behind a button in a narrow window', async () => {
    await told.page.setViewportSize({ width: 760, height: 900 });
    await button('Contents of the project').click();
    await contents().getByRole('link', { name: 'Overview' }).click();
    await heading(PROJECT).waitFor();
    await expect.poll(() => button('Contents of the project').getAttribute('aria-expanded')).toBe('false');
    await told.page.setViewportSize({ width: 1280, height: 720 });
    await contents().getByRole('link', { name: 'Overview' }).waitFor();
  });
});
