// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import FileField from '../../src/renderer/files/FileField.vue';
import { isOffered } from '../../src/renderer/files/file-purpose.ts';
import SchemaForm from '../../src/renderer/forms/SchemaForm.vue';
import en from '../../src/renderer/locales/en/index.ts';
import FileWorkDialog from '../../src/renderer/views/model/FileWorkDialog.vue';
import type { FileWorkKind } from '../../src/renderer/views/model/file-work.ts';
import { IDS } from './fake-data.ts';
import { createFakeHost } from './fake-host.ts';
import { mountWith } from './mount.ts';
import { until } from '../support/until.ts';

const INPUTS = '/data/cells.safetensors';
const OUT = '/data/out';

function open(kind: FileWorkKind, tickMs = 1) {
  const asked: object[] = [];
  const { client } = createFakeHost({ isOpen: true, tickMs, onFileWork: (what) => asked.push(what) });
  const page = mountWith(FileWorkDialog, client, { props: { model: IDS.finetuned, kind } });
  const dialog = document.querySelector<HTMLElement>('.v-overlay__content')!;
  const files = page.findAllComponents(FileField);
  const form = page.findComponent(SchemaForm);
  const run = () => dialog.querySelector<HTMLButtonElement>('button[type="submit"]')!;
  return { page, asked, dialog, files, form, run };
}

afterEach(() => (document.body.innerHTML = ''));

describe('what a model computes of a file', () => {
  it('is asked for once both files are named, and told with what was written', async () => {
    const { page, asked, dialog, files, form, run } = open('forward');
    await flushPromises();
    expect(run().disabled).toBe(true);
    files[0].vm.$emit('update:modelValue', INPUTS);
    files[1].vm.$emit('update:modelValue', OUT);
    form.vm.$emit('set', 'outputs', ['cls_embedding']);
    await flushPromises();
    run().click();
    await until(() => expect(dialog.textContent).toContain(en.model.files.done));
    expect(asked).toMatchObject([{ model: IDS.finetuned, inputs: INPUTS, out: OUT, outputs: ['cls_embedding'] }]);
    expect(dialog.textContent).toContain('240 × 768');
    expect(dialog.textContent).toContain('1.5 MB');
    expect(dialog.textContent).toContain('every cell is taken for human');
    page.unmount();
  });

  it('needs the genes that are perturbed, as tokens', async () => {
    const { page, asked, dialog, files, form, run } = open('perturbation');
    await flushPromises();
    files[0].vm.$emit('update:modelValue', INPUTS);
    form.vm.$emit('set', 'targets', ['SPI1']);
    await flushPromises();
    expect(run().disabled).toBe(true);
    expect(dialog.textContent).toContain('it must be a token');
    form.vm.$emit('set', 'targets', ['17', '40']);
    await flushPromises();
    run().click();
    await until(() => expect(dialog.textContent).toContain('0.99877'));
    expect(asked).toMatchObject([{ targets: ['17', '40'], operator: 'delete' }]);
    page.unmount();
  });

  it('can be stopped, which is no failure', async () => {
    const { page, dialog, files, run } = open('forward', 50);
    await flushPromises();
    files[0].vm.$emit('update:modelValue', INPUTS);
    await flushPromises();
    run().click();
    const stop = () => [...dialog.querySelectorAll('button')].find((one) => one.textContent === en.jobs.cancel);
    await until(() => expect(stop()).toBeDefined());
    stop()!.click();
    await until(() => expect(stop()).toBeUndefined());
    expect(dialog.querySelector('.v-alert')).toBeNull();
    expect(dialog.textContent).not.toContain(en.model.files.done);
    page.unmount();
  });

  it('is read from files of tensors only', () => {
    expect(isOffered('open-tensors', { name: 'cells.safetensors', kind: 'file' })).toBe(true);
    expect(isOffered('open-tensors', { name: 'cells.h5ad', kind: 'file' })).toBe(false);
  });
});
