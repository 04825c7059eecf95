import path from 'node:path';
import { expect, it } from 'vitest';
import { subsetCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';
import { openWorkbench } from '#tests/support/open-workbench.ts';
import { writeH5ad } from '#tests/support/write-h5ad.ts';
import { zhengCells } from '#tests/support/zheng-cells.ts';
import { story } from './support/story.ts';

const SHIPPED = path.join(import.meta.dirname, '..', '..', 'resources', 'demo', 'zheng_pbmc_facs_human.h5ad');
const PASSPHRASE = 'seven quiet herons cross the estuary';
const FILE = 'Blood.gcwproj';
const JOB_MS = 240_000;

/** Every fourth cell of the shipped data from `first`, with two runs that take turns. */
function part(all: Dataset, first: number): Dataset {
  const [types] = all.obs;
  if (types.kind !== 'categorical') throw new Error('cell_type is not categorical');
  const kept = Int32Array.from({ length: Math.floor((all.counts.nCells - first) / 4) }, (_, i) => first + 4 * i);
  return {
    ...all,
    cellIds: Array.from(kept, (cell) => all.cellIds[cell]),
    obs: [
      { ...types, codes: kept.map((cell) => types.codes[cell]) },
      { name: 'run', kind: 'categorical', categories: ['first', 'second'], codes: kept.map((_, i) => i % 2) },
    ],
    counts: subsetCounts(all.counts, kept),
  };
}

/** A project with cells to look at and a reference for them. */
async function prepare(documents: string): Promise<void> {
  const workbench = openWorkbench('e2e-classical');
  const { client, at, finish } = workbench;
  try {
    const all = await zhengCells(SHIPPED);
    await client.project.create({ path: path.join(documents, FILE), passphrase: PASSPHRASE });
    for (const [name, first] of [
      ['Sorted atlas', 0],
      ['My blood', 1],
    ] as const) {
      await writeH5ad(at(`${first}.h5ad`), part(all, first));
      await finish(
        client.dataset.import({ input: [at(`${first}.h5ad`)], name, labelColumn: 'cell_type', donorColumn: 'run' }),
      );
    }
    await client.project.close();
  } finally {
    await workbench.remove();
  }
}

story('Cells looked at without a model', 'classical', prepare, (told) => {
  const { button, heading } = told;
  const tab = (name: string) => told.page.getByRole('tab', { name, exact: true });
  const dialog = () => told.page.getByRole('dialog');
  async function choose(field: string, option: string | RegExp): Promise<void> {
    await dialog().getByRole('combobox', { name: field, exact: true }).click();
    await told.page.getByRole('option', { name: option }).first().click();
  }
  const jobsButton = () => told.page.getByRole('button', { name: /^Jobs/ });
  async function closeJobs(): Promise<void> {
    if ((await jobsButton().getAttribute('aria-expanded')) === 'true') await jobsButton().click();
    await expect.poll(() => jobsButton().getAttribute('aria-expanded')).toBe('false');
  }

  it('opens the project and asks for a map', async () => {
    await told.page.goto(told.address);
    await button('Open a project file').click();
    await dialog()
      .getByRole('textbox', { name: /project file/i })
      .fill(path.join(told.documents, FILE));
    await dialog().getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await dialog().getByRole('button', { name: 'Open', exact: true }).click();
    await told.page.getByRole('navigation').getByRole('link', { name: 'My blood' }).click();
    await heading('No map yet').waitFor();
    await button('Draw with options').click();
    await dialog().getByText('How the map is drawn').waitFor();
    await choose('Correct for batch', 'run');
    await told.looker.look('map-options');
  });

  it('draws it corrected for batch and says whether that helped', async () => {
    await button('Draw the map', dialog()).click();
    await told.page.getByRole('img', { name: /^Map of \d+ cells/ }).waitFor({ timeout: JOB_MS });
    await closeJobs();
    await heading('Did the correction help?').waitFor();
    // The two runs are one sample in truth.
    await told.page.getByText('It was hardly needed').waitFor();
    await told.looker.look('map-corrected');
    await button('Before correction').click();
    await told.looker.look('map-before');
  });

  it('finds markers of the cell types and shows one on the map', async () => {
    await button('Which genes mark these groups?').click();
    await heading('No markers yet').waitFor();
    await told.looker.look('markers-none');
    await button('Find markers').click();
    await told.looker.look('markers-options');
    await button('Find markers', dialog()).click();
    await told.page.getByRole('button', { name: /CD19\+ B/ }).click({ timeout: JOB_MS });
    await closeJobs();
    await told.page.getByRole('cell', { name: 'CD79A', exact: true }).click();
    await heading('CD79A').waitFor();
    await told.looker.look('markers');
    await told.page.getByLabel('Gene', { exact: true }).fill('HLA-D');
    await told.page.getByText(/^\d+ of 200 genes$/).waitFor();
    await told.page.getByRole('columnheader', { name: /Others/ }).click();
    await told.looker.look('markers-filtered');
  });

  it('labels the cells from the atlas and compares with the own types', async () => {
    await tab('Cell types').click();
    await heading('No reference labels yet').waitFor();
    await told.looker.look('labels-none');
    await button('Label the cells').click();
    await told.looker.look('labels-options');
    await button('Label the cells', dialog()).click();
    await told.page.getByText(/cells were labelled by/).waitFor({ timeout: JOB_MS });
    await closeJobs();
    await heading('Own groups against labels').waitFor();
    await told.page.getByText(/Adjusted Rand index 0\.[5-9]/).waitFor();
    await told.looker.look('labels');
    await button('Show on the map').click();
    await told.page.getByText('Labels from Sorted atlas').first().waitFor();
    await told.looker.look('map-by-label');
  });
});
