import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { open, type Entry, type Options, type ZipFile } from 'yauzl';

/** Unpacks an archive of fixtures into a folder, which it names. */
export async function unzip(archive: string, folder: string): Promise<string> {
  const zip = await promisify<string, Options, ZipFile>(open)(archive, { lazyEntries: true });
  const done = new Promise<void>((resolve, reject) => zip.on('end', resolve).on('error', reject));
  zip.on('entry', (entry: Entry) => {
    const target = path.join(folder, entry.fileName);
    mkdirSync(path.dirname(target), { recursive: true });
    zip.openReadStream(entry, (error, stream) => {
      if (error) throw error;
      void buffer(stream).then((content) => {
        writeFileSync(target, content);
        zip.readEntry();
      });
    });
  });
  zip.readEntry();
  await done;
  return folder;
}
