import { z } from 'zod';
import { DeviceCheck, MachinePlan } from '../domain/device.ts';
import { field } from '../domain/field.ts';
import { SelftestConfig, SelftestReport } from '../domain/selftest.ts';
import { procedure } from './base.ts';
import { ExportedFile } from './exported-file.ts';

export const Capabilities = z.object({
  version: z.string(),
  /** The operating system's own open and save dialogs. */
  nativeDialogs: z.boolean(),
  /** The file list of the machine the host runs on can be browsed. */
  browseFiles: z.boolean(),
  /** Where a new project is put if nothing else is said. */
  defaultFolder: z.string(),
  /** A finished demo project, if one was made. */
  demoProject: z.object({ path: z.string(), passphrase: z.string() }).nullable(),
});
export type Capabilities = z.infer<typeof Capabilities>;

export const MachineReport = z.object({
  cpu: z.string(),
  nCores: z.number().int(),
  memoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  /** When the devices were tried; null before the first check, they are then not known to be usable. */
  checkedAt: z.string().nullable(),
  devices: z.array(DeviceCheck),
  /** Room and time for every model size on the usable devices; empty before the first check. */
  plans: z.array(MachinePlan),
});
export type MachineReport = z.infer<typeof MachineReport>;

export const MachineInput = z.object({
  measure: field(z.enum(['if-needed', 'again', 'never']).default('if-needed'), {
    title: 'Measure',
    help: 'The check takes up to a minute and is kept. if-needed: only when this computer was not checked yet. again: also when it was. never: tell only what is known.',
  }),
});

export const FolderEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  sizeBytes: z.number().nullable(),
});

export const host = {
  capabilities: procedure({ help: 'What this host can do.', withoutProject: true, notOnCommandLine: true }).output(
    Capabilities,
  ),
  machine: procedure({
    help: 'What this machine is and what it can run, in plain words.',
    withoutProject: true,
  })
    .input(MachineInput)
    .output(MachineReport),
  selftest: procedure({
    help: 'Compare this installation with the published model on reference numbers.',
    withoutProject: true,
    command: 'selftest',
    isVerdict: true,
  })
    .input(SelftestConfig)
    .output(SelftestReport),
  browse: procedure({ help: 'List a folder.', withoutProject: true, notOnCommandLine: true })
    .input(z.object({ path: z.string().optional() }))
    .output(z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(FolderEntry) })),
  /** Native dialog; null when the user closed it. Only where `nativeDialogs`. */
  chooseFile: procedure({ help: 'Ask for a file.', withoutProject: true, notOnCommandLine: true })
    .input(
      z.object({
        purpose: z.enum(['open-project', 'save-project', 'import-model', 'open-table', 'open-tensors', 'save-export']),
        suggestedName: z.string().optional(),
      }),
    )
    .output(z.object({ path: z.string().nullable() })),
  /** Native dialog for data to import, several at once; empty when the user closed it. Only where `nativeDialogs`. */
  chooseData: procedure({ help: 'Ask for files or folders of cells.', withoutProject: true, notOnCommandLine: true })
    .input(z.object({ kind: z.enum(['files', 'folders']) }))
    .output(z.object({ paths: z.array(z.string()) })),
  saveFile: procedure({ help: 'Save an export where the user chose.', withoutProject: true, notOnCommandLine: true })
    .input(z.object({ path: z.string(), ...ExportedFile.pick({ encoding: true, content: true }).shape }))
    .output(z.object({})),
};
