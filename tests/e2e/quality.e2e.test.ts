import path from 'node:path';
import { expect, it } from 'vitest';
import { makeCells } from '#tests/support/make-cells.ts';
import { openWorkbench } from '#tests/support/open-workbench.ts';
import { writeH5ad } from '#tests/support/write-h5ad.ts';
import { story } from './support/story.ts';

const JOB_MS = 120_000;
const PASSPHRASE = 'nine grey geese over the marsh';
const N_CELLS = 480;

/** A project with cells of three donors, imported as the command line would. */
async function writeProject(documents: string): Promise<void> {
  const workbench = openWorkbench('e2e-quality');
  const cells = makeCells({ nCells: N_CELLS, nGenes: 240, nDonors: 3, states: ['progenitor', 'mature'], seed: 7 });
  await writeH5ad(workbench.at('marsh.h5ad'), cells);
  await workbench.client.project.create({ path: path.join(documents, 'marsh.gcwproj'), passphrase: PASSPHRASE });
  await workbench.finish(
    workbench.client.dataset.import({
      input: [workbench.at('marsh.h5ad')],
      labelColumn: 'cell_type',
      donorColumn: 'donor',
      sampleColumn: 'donor',
    }),
  );
  await workbench.client.project.close();
  await workbench.remove();
}

story('Quality of cells in the window', 'quality', writeProject, (told) => {
  const { button, heading } = told;
  const kept = async () => Number(/([\d,]+) of/.exec(await told.page.locator('.panel .big').innerText())![1]);
  const slider = (name: string) => told.page.getByRole('slider', { name, exact: true });
  let keptAtLast = 0;

  it('opens the project and teaches what a check does', async () => {
    await told.page.goto(told.address);
    await button('Open a project file').click();
    const dialog = told.page.getByRole('dialog');
    await dialog.getByLabel('Project file', { exact: true }).fill(path.join(told.documents, 'marsh.gcwproj'));
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await button('Open', dialog).click();
    await told.page.getByRole('navigation').getByRole('link', { name: 'marsh' }).click();
    await told.page.getByRole('tab', { name: 'Quality' }).click();
    await heading('The cells were not checked yet').waitFor();
    await told.looker.look('not-checked');
  });

  it('checks the cells and shows each measure with its limits', async () => {
    await button('Check the cells').click();
    await slider('Fewest counts per cell').waitFor({ timeout: JOB_MS });
    const jobs = told.page.getByRole('button', { name: /^Jobs, / });
    if ((await jobs.getAttribute('aria-expanded')) === 'true') await jobs.click();
    await expect.poll(kept).toBeGreaterThan(0);
    await told.looker.look('checked');
    await button('Show as table').click();
    await told.looker.look('checked-tables');
    await button('Show as chart').click();
    const ambient = told.page.getByRole('heading', { name: 'RNA from other cells' });
    await ambient.scrollIntoViewIfNeeded();
    await told.looker.look('rna-from-other-cells');
  });

  it('says while a limit is dragged how many cells it keeps', async () => {
    const before = await kept();
    const limit = slider('Fewest counts per cell');
    await limit.scrollIntoViewIfNeeded();
    const plot = (await limit.locator('..').boundingBox())!;
    const y = plot.y + plot.height / 2;
    await told.page.mouse.move(plot.x, y);
    await told.page.mouse.down();
    for (let step = 1; step <= 8; step++) await told.page.mouse.move(plot.x + (plot.width * step) / 16, y);
    await expect.poll(kept).toBeLessThan(before);
    await told.page.mouse.up();
    expect(await limit.getAttribute('aria-valuetext')).not.toBe('off');
    await told.looker.look('dragged');
  });

  it('moves a limit with the keyboard, and takes a number', async () => {
    const limit = slider('Highest doublet score');
    await limit.focus();
    const before = await kept();
    for (let step = 0; step < 19; step++) await told.page.keyboard.press('PageDown');
    await expect.poll(kept).toBeLessThan(before);
    await told.page.getByRole('spinbutton', { name: 'Fewest genes per cell', exact: true }).fill('20');
    await expect.poll(() => slider('Fewest genes per cell').getAttribute('aria-valuetext')).toBe('20');
    keptAtLast = await kept();
  });

  it('hands the rules to the wizard, which keeps the same number of cells', async () => {
    await button('Prepare with these rules').click();
    await heading('Which cells are good enough').waitFor();
    await told.page.getByText(`These rules keep ${keptAtLast} of ${N_CELLS} cells.`).waitFor();
    await told.looker.look('handed-on');
    await button('Next').click();
    await heading('How cells are written for the model').waitFor();
    await told.page.getByRole('spinbutton', { name: 'Genes per cell', exact: true }).fill('128');
    await button('Next').click();
    await heading('Check and run').waitFor();
    await told.looker.look('review');
    await button('Prepare').click();
    const card = told.page.getByRole('group', { name: /^Prepare/ }).first();
    const end = card.getByText(/^(done|failed|set aside|stopped)$/);
    await end.waitFor({ timeout: JOB_MS });
    expect(await end.textContent(), await card.innerText()).toBe('done');
    await card.getByRole('link', { name: 'Show result' }).click();
    await told.page.getByText(`${keptAtLast} of ${N_CELLS}`).first().waitFor();
  });
});
