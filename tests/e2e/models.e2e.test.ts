import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { float32Tensor, int64Tensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { TINY_CHECKPOINT } from '#tests/support/tiny-checkpoint.ts';
import { makeSyntheticCheckpoint } from '../../build/make-synthetic-checkpoint.ts';
import { createProject } from './support/create-project.ts';
import { story } from './support/story.ts';

const PASSPHRASE = 'seven quiet herons cross the estuary';
const PROJECT = 'Borrowed knowledge';
const TITLE = 'Tiny published model';

/** Two cells of three genes; the first one has gene 5. */
const TOKENS = new Map([
  ['input_ids', int64Tensor([5, 9, 12, 20, 21, 22], [2, 3])],
  ['values', float32Tensor(Float32Array.of(2, 1, 0.5, 3, 2, 1), [2, 3])],
]);

function prepare(documents: string): void {
  makeSyntheticCheckpoint(path.join(documents, 'tiny'), TINY_CHECKPOINT);
  makeSyntheticCheckpoint(path.join(documents, 'cut short'), TINY_CHECKPOINT, 2);
  writeFileSync(path.join(documents, 'cut short', 'pytorch_model.bin'), 'PK');
  writeFileSync(path.join(documents, 'cells.safetensors'), writeSafetensors(TOKENS));
}

story('Imported models in the window', 'models', prepare, (told) => {
  const { button, link, heading, documents } = told;

  it('says on the first page that models can be brought in', async () => {
    await told.page.goto(told.address);
    await link('Import a published model').click();
    await heading('Choose the folder').waitFor();
    await told.looker.look('import-start');
  });

  it('refuses a damaged file with the reason and the next step', async () => {
    await told.page.getByLabel('Checkpoint folder', { exact: true }).first().fill(path.join(documents, 'cut short'));
    await told.page.getByText('Nothing was imported.').waitFor();
    expect(await button('Import').isDisabled()).toBe(true);
    await told.looker.look('import-refused');
  });

  it('shows what a folder holds, and imports it', async () => {
    await told.page.getByLabel('Checkpoint folder', { exact: true }).first().fill('');
    await button('Choose…').click();
    const dialog = told.page.getByRole('dialog');
    await dialog.getByText('tiny', { exact: true }).click();
    await dialog.getByText('pytorch_model.bin').waitFor();
    await told.looker.look('import-browse');
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await heading('Found: pytorch_model.bin').waitFor();
    await told.page.getByText(/Not the published Base/).waitFor();
    await told.page.getByLabel('Name', { exact: true }).fill(TITLE);
    await told.looker.look('import-found');
    await button('Import').click();
    await told.page.getByText(`${TITLE} is imported.`).waitFor({ timeout: 60_000 });
    await told.looker.look('import-done');
  });

  it('keeps it in the library, with hashes that can be checked', async () => {
    await link('Show its card').click();
    await heading(TITLE).waitFor();
    expect(await told.page.getByText(/^[0-9a-f]{64}$/).count()).toBeGreaterThan(2);
    await button('Check the files').click();
    await told.page.getByText('Every file is exactly as it was imported.').waitFor();
    await told.looker.look('model-card');
  });

  it('computes a file of tokens and writes what it finds', async () => {
    await button('Forward pass').click();
    const dialog = told.page.getByRole('dialog');
    await dialog.getByLabel('Inputs', { exact: true }).fill(path.join(documents, 'cells.safetensors'));
    await dialog.getByLabel('Output file', { exact: true }).fill(path.join(documents, 'out.safetensors'));
    await dialog.getByLabel('Outputs', { exact: true }).fill('cls_embedding');
    await told.page.keyboard.press('Enter');
    await told.looker.look('forward');
    await button('Compute', dialog).click();
    await dialog.getByText('The file is written.').waitFor({ timeout: 60_000 });
    await dialog.getByRole('row', { name: /cls_embedding 2 × 16/ }).waitFor();
    await dialog.getByRole('button', { name: 'Take out cls_embedding' }).waitFor();
    await told.looker.look('forward-done');
    await button('Close', dialog).click();
    await button('Published perturbation').click();
    await dialog.getByLabel('Inputs', { exact: true }).fill(path.join(documents, 'cells.safetensors'));
    await dialog.getByLabel('Output file', { exact: true }).fill(path.join(documents, 'out.csv'));
    await dialog.getByLabel('Perturbed genes', { exact: true }).fill('5,');
    await button('Perturb', dialog).click();
    await dialog.getByRole('row', { name: /Cells without these genes 1/ }).waitFor({ timeout: 60_000 });
    await told.looker.look('perturbation-done');
    expect(readFileSync(path.join(documents, 'out.csv'), 'utf8')).toContain('cell_emb');
    await button('Close', dialog).click();
  });

  it('is used in a project and shown there with the next steps', async () => {
    await link('To your projects').click();
    await createProject(told, PROJECT, PASSPHRASE);

    const navigation = told.page.getByRole('navigation');
    await navigation.getByRole('link', { name: 'Imported models' }).click();
    await told.looker.look('library');
    await button('Use in this project').click();
    await heading('From here to your question').waitFor();
    await navigation.getByRole('link', { name: TITLE }).waitFor();
    await told.looker.look('model-in-project');

    await told.page.reload();
    await heading('From here to your question').waitFor();
    await told.page.getByText(/gcw.* model use/).waitFor();
  });

  it('says what no longer works once a model is removed', async () => {
    await link('Show its card').click();
    await button('Check the files').waitFor();
    await button(`Remove ${TITLE}`).click();
    const dialog = told.page.getByRole('alertdialog');
    await dialog.getByText(`${PROJECT} uses it.`).waitFor();
    await told.looker.look('remove');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await heading('No imported models yet').waitFor();
    await told.looker.look('library-empty');
    await told.page.getByRole('navigation').getByRole('link', { name: TITLE }).click();
    await told.page.getByText(/no longer in the library of this computer/).waitFor();
    await told.looker.look('model-gone');
  });

  it('proves the installation with the self test', async () => {
    await told.page.getByRole('navigation').getByRole('link', { name: 'This computer' }).click();
    await button('Run the self test').click();
    await told.page
      .getByText(/this installation computes what the published code computes/)
      .waitFor({ timeout: 120_000 });
    expect(await told.page.getByRole('cell', { name: 'differs' }).count()).toBe(0);
    await told.looker.look('self-test');
  });
});
