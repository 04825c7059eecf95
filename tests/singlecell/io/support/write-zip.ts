import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipContent {
  name: string;
  content?: string | Buffer;
  /** Type and permissions as Unix keeps them. */
  unixMode?: number;
  flags?: number;
  method?: number;
  /** What the directory says in place of the true size. */
  claimedSize?: number;
  /** Points at the bytes of the first file. */
  sameAsFirst?: boolean;
}

/** A zip archive, right or wrong. */
export function zipOf(files: readonly ZipContent[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', unixMode = 0, flags = 0, method = 8, claimedSize, sameAsFirst } of files) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedSize ?? plain.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((unixMode * 0x1_0000) >>> 0, 6);
    tail.writeUInt32LE(sameAsFirst ? 0 : offset, 10);
    const made = Buffer.from([20, unixMode ? 3 : 0]);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, fields, tail, Buffer.from(name)]));
    if (sameAsFirst) continue;
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
