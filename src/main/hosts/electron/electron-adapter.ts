import path from 'node:path';
import { app, BrowserWindow, dialog, type FileFilter } from 'electron';
import { findDemoProject } from '../demo-project.ts';
import { CELL_FILES } from '#shared/domain/cell-files.ts';
import { listFolder, writeWhole } from '../folders.ts';
import type { FilePurpose, HostAdapter } from '../host-adapter.ts';
import { programRoot, userDataFolder } from '../places.ts';

const PROJECT: FileFilter = { name: 'GeneCompass project', extensions: ['gcwproj'] };
const ALL_FILES: FileFilter = { name: 'All files', extensions: ['*'] };
const CELLS: FileFilter = { name: 'Single-cell counts', extensions: CELL_FILES };
const OPENED = {
  'open-project': PROJECT,
  'open-table': { name: 'Table', extensions: ['csv', 'tsv', 'txt', 'xlsx'] },
  'open-tensors': { name: 'Tensors', extensions: ['safetensors'] },
} satisfies Record<string, FileFilter>;
const EXPORTS: FileFilter[] = [
  { name: 'Table', extensions: ['csv', 'xlsx'] },
  { name: 'Report', extensions: ['html', 'pdf'] },
  { name: 'Figure', extensions: ['svg', 'png'] },
  { name: 'Archive', extensions: ['zip'] },
];

/** The operating system's dialogs, folders and places. */
export function electronAdapter(): HostAdapter {
  const root = programRoot();
  return {
    kind: 'electron',
    version: root.version,
    dataFolder: userDataFolder(),
    capabilities: () => ({
      version: root.version,
      nativeDialogs: true,
      browseFiles: true,
      defaultFolder: app.getPath('documents'),
      demoProject: findDemoProject(root.folder),
    }),
    browse: (folder) => listFolder(folder ?? app.getPath('documents')),
    chooseFile,
    chooseData,
    saveFile: writeWhole,
  };
}

async function chooseFile(purpose: FilePurpose, suggestedName?: string): Promise<string | null> {
  const parent = parentWindow();
  const defaultPath = path.join(app.getPath('documents'), path.basename(suggestedName ?? ''));
  if (purpose === 'save-project' || purpose === 'save-export') {
    const filters = purpose === 'save-project' ? [PROJECT] : EXPORTS;
    const { canceled, filePath } = await dialog.showSaveDialog(parent, { defaultPath, filters });
    return canceled || !filePath ? null : filePath;
  }
  if (purpose === 'import-model') {
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, { defaultPath, properties: ['openDirectory'] });
    return canceled ? null : (filePaths[0] ?? null);
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
    defaultPath,
    properties: ['openFile'],
    filters: [OPENED[purpose], ALL_FILES],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

async function chooseData(kind: 'files' | 'folders'): Promise<string[]> {
  // One dialog for both is not to be had on Windows and Linux.
  const { canceled, filePaths } = await dialog.showOpenDialog(parentWindow(), {
    defaultPath: app.getPath('documents'),
    properties: [kind === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
    ...(kind === 'files' ? { filters: [CELLS, ALL_FILES] } : {}),
  });
  return canceled ? [] : filePaths;
}

function parentWindow(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}
