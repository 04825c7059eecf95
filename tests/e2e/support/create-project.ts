import type { Locator } from 'playwright-core';
import type { Story } from './story.ts';

/** The dialog of a new project, once its first field has taken the focus: it would take what is typed before that. */
export async function newProjectDialog(told: Pick<Story, 'page'>): Promise<Locator> {
  const dialog = told.page.getByRole('dialog');
  await dialog.locator('input:focus').waitFor();
  return dialog;
}

/** From the first page to a new project. */
export async function createProject(told: Story, name: string, passphrase: string): Promise<void> {
  await told.button('New project').click();
  const dialog = await newProjectDialog(told);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await dialog.getByLabel('Passphrase again', { exact: true }).fill(passphrase);
  await told.button('Create project').click();
  await dialog.getByLabel('I have printed or written it down').check();
  await told.button('Go to the project').click();
  await told.heading(name).waitFor();
}
