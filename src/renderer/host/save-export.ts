import { useClient } from '../api/client.ts';

export interface ExportFile {
  fileName: string;
  mediaType: string;
  content: string;
}

/** Saves where the user says: through the host's dialog, or as a download. Gives the place, null when refused. */
export async function saveExport(file: ExportFile, nativeDialogs: boolean): Promise<string | null> {
  if (!nativeDialogs) {
    download(file);
    return file.fileName;
  }
  const { path } = await useClient().host.chooseFile({ purpose: 'save-export', suggestedName: file.fileName });
  if (path) await useClient().host.saveText({ path, content: file.content });
  return path;
}

function download(file: ExportFile): void {
  const address = URL.createObjectURL(new Blob([file.content], { type: file.mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.fileName;
  link.click();
  URL.revokeObjectURL(address);
}
