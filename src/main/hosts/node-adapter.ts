import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { findDemoProject } from './demo-project.ts';
import { listFolder, writeWhole } from './folders.ts';
import type { HostAdapter } from './host-adapter.ts';
import { documentsFolder, programRoot, userDataFolder } from './places.ts';

/** What plain Node gives: no dialogs, but folders that can be listed. */
export function nodeAdapter(kind: 'browser' | 'cli'): HostAdapter {
  const root = programRoot();
  return {
    kind,
    version: root.version,
    dataFolder: userDataFolder(),
    capabilities: () => ({
      version: root.version,
      nativeDialogs: false,
      browseFiles: true,
      defaultFolder: documentsFolder(),
      demoProject: findDemoProject(root.folder),
    }),
    browse: (folder) => listFolder(folder ?? documentsFolder()),
    chooseFile: noDialogs,
    chooseData: noDialogs,
    saveFile: writeWhole,
  };
}

function noDialogs(): Promise<never> {
  return Promise.reject(new WorkbenchError('unsupported', 'This host: it has no file dialogs; type the path instead.'));
}
