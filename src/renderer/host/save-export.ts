import type { ExportedFile } from '#shared/contract/exported-file.ts';
import { useClient } from '../api/client.ts';

/** Without the kind of letters where it is text. */
export type ExportFile = Omit<ExportedFile, 'encoding'> & Partial<Pick<ExportedFile, 'encoding'>>;

/** Saves where the user says: through the host's dialog, or as a download. Gives the place, null when refused. */
export async function saveExport(file: ExportFile, nativeDialogs: boolean): Promise<string | null> {
  const { encoding = 'utf8', content, fileName } = file;
  if (!nativeDialogs) {
    download(file, bytesOf({ encoding, content }));
    return fileName;
  }
  const { path } = await useClient().host.chooseFile({ purpose: 'save-export', suggestedName: fileName });
  if (path) await useClient().host.saveFile({ path, encoding, content });
  return path;
}

function bytesOf({ encoding, content }: Pick<ExportedFile, 'encoding' | 'content'>): Uint8Array<ArrayBuffer> {
  if (encoding === 'utf8') return new TextEncoder().encode(content);
  return Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
}

function download({ mediaType, fileName }: ExportFile, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
