import { pack, type Headers } from 'tar-stream';

export interface TarContent {
  name: string;
  content?: string | Buffer;
  header?: Partial<Headers>;
}

export async function tarOf(files: readonly TarContent[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = '', header } of files) archive.entry({ name, ...header }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part);
  return Buffer.concat(parts);
}
