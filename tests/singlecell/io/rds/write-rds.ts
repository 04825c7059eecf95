/** Writes R's serialisation, version 3, XDR, straight from the description in "R Internals"; shares nothing with the reader. */
export type R =
  | { integers: number[]; attributes?: Record<string, R> }
  | { doubles: number[]; attributes?: Record<string, R> }
  | { strings: (string | null)[]; attributes?: Record<string, R> }
  | { list: R[]; attributes?: Record<string, R> }
  | { s4: Record<string, R> };

export function serialise(value: R): Buffer {
  const parts: Buffer[] = [];
  const symbols: string[] = [];
  const int = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(n);
    parts.push(bytes);
  };
  const text = (string: string | null) => {
    int(9 | (string === null ? 0 : 64 << 12));
    int(string === null ? -1 : Buffer.byteLength(string));
    if (string !== null) parts.push(Buffer.from(string));
  };
  const symbol = (name: string) => {
    const known = symbols.indexOf(name);
    if (known >= 0) {
      int(255 | ((known + 1) << 8));
      return;
    }
    symbols.push(name);
    int(1);
    text(name);
  };
  const attributes = (all: Record<string, R> | undefined) => {
    if (!all) return;
    for (const [name, item] of Object.entries(all)) {
      int(2 | 1024);
      symbol(name);
      write(item);
    }
    int(254);
  };
  const write = (item: R) => {
    if ('s4' in item) {
      int(25 | 256 | 512 | (1 << 28));
      attributes(item.s4);
      return;
    }
    const flags = item.attributes ? 512 : 0;
    if ('integers' in item) {
      int(13 | flags);
      int(item.integers.length);
      for (const n of item.integers) int(n);
    } else if ('doubles' in item) {
      int(14 | flags);
      int(item.doubles.length);
      for (const n of item.doubles) {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(n);
        parts.push(bytes);
      }
    } else if ('strings' in item) {
      int(16 | flags);
      int(item.strings.length);
      for (const string of item.strings) text(string);
    } else {
      int(19 | flags);
      int(item.list.length);
      for (const each of item.list) write(each);
    }
    attributes(item.attributes);
  };
  parts.push(Buffer.from('X\n'));
  for (const n of [3, 0x040202, 0x030500, 5]) int(n);
  parts.push(Buffer.from('UTF-8'));
  write(value);
  return Buffer.concat(parts);
}
