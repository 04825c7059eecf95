const ascii = (text: string) => [...new TextEncoder().encode(text)];

export interface Member {
  name: string;
  bytes: Uint8Array;
  method?: number;
  flags?: number;
  /** Written into the directory instead of the true size. */
  claimedSize?: number;
}

/** A zip archive of stored members; local headers first, then the directory. */
export function makeZip(
  members: readonly Member[],
  changes: { offsetShift?: number; zip64?: boolean } = {},
): Uint8Array {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const push = (bytes: Uint8Array) => {
    chunks.push(bytes);
    at += bytes.length;
  };
  for (const { name, bytes, method = 0, flags = 0x800, claimedSize = bytes.length } of members) {
    const label = Uint8Array.from(ascii(name));
    const local = header(30, 0x04034b50, (v) => {
      v.setUint16(6, flags, true);
      v.setUint16(8, method, true);
      v.setUint16(26, label.length, true);
    });
    const extra = changes.zip64 ? zip64Field([claimedSize, claimedSize, at]) : new Uint8Array();
    directory.push(
      header(46, 0x02014b50, (v) => {
        v.setUint16(8, flags, true);
        v.setUint16(10, method, true);
        const full = 0xffffffff;
        v.setUint32(20, changes.zip64 ? full : claimedSize, true);
        v.setUint32(24, changes.zip64 ? full : claimedSize, true);
        v.setUint16(28, label.length, true);
        v.setUint16(30, extra.length, true);
        v.setUint32(42, changes.zip64 ? full : at + (changes.offsetShift ?? 0), true);
      }),
      label,
      extra,
    );
    push(local);
    push(label);
    push(bytes);
  }
  const start = at;
  directory.forEach(push);
  const size = at - start;
  if (changes.zip64) {
    const record = at;
    push(
      header(56, 0x06064b50, (v) => {
        v.setBigUint64(32, BigInt(members.length), true);
        v.setBigUint64(40, BigInt(size), true);
        v.setBigUint64(48, BigInt(start), true);
      }),
    );
    push(header(20, 0x07064b50, (v) => v.setBigUint64(8, BigInt(record), true)));
  }
  push(
    header(22, 0x06054b50, (v) => {
      v.setUint16(10, changes.zip64 ? 0xffff : members.length, true);
      v.setUint32(12, size, true);
      v.setUint32(16, changes.zip64 ? 0xffffffff : start, true);
    }),
  );
  return new Uint8Array(Buffer.concat(chunks));
}

function header(size: number, signature: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  fill(view);
  return bytes;
}

function zip64Field(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 8 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, 8 * values.length, true);
  values.forEach((value, i) => view.setBigUint64(4 + 8 * i, BigInt(value), true));
  return bytes;
}

export interface TorchTensor {
  shape: readonly number[];
  data: Float32Array;
  stride?: readonly number[];
}

/** What `torch.save(state_dict)` of float tensors writes, protocol 2. */
export function makeTorchFile(tensors: Readonly<Record<string, TorchTensor>>): Uint8Array {
  return makeZip(torchMembers(tensors));
}

export function torchMembers(tensors: Readonly<Record<string, TorchTensor>>): Member[] {
  const text = (value: string) => [0x58, ...int32(value.length), ...ascii(value)];
  const number = (value: number) => [0x4a, ...int32(value)];
  const tuple = (values: readonly number[]) => [0x28, ...values.flatMap(number), 0x74];
  const name = (module: string, attribute: string) => [0x63, ...ascii(`${module}\n${attribute}\n`)];
  const entries = Object.entries(tensors);
  const pickle = [
    [0x80, 2],
    [...name('collections', 'OrderedDict'), 0x29, 0x52, 0x28],
    ...entries.map(([key, { shape, data, stride }], i) => [
      ...text(key),
      ...name('torch._utils', '_rebuild_tensor_v2'),
      ...[0x28, 0x28, ...text('storage'), ...name('torch', 'FloatStorage'), ...text(String(i)), ...text('cpu')],
      ...[...number(data.length), 0x74, 0x51],
      ...[...number(0), ...tuple(shape), ...tuple(stride ?? rowMajor(shape)), 0x89],
      ...[...name('collections', 'OrderedDict'), 0x29, 0x52, 0x74, 0x52],
    ]),
    [0x75, 0x2e],
  ];
  return [
    { name: 'model/data.pkl', bytes: Uint8Array.from(pickle.flat()) },
    ...entries.map(([, { data }], i) => ({ name: `model/data/${i}`, bytes: new Uint8Array(data.slice().buffer) })),
    { name: 'model/version', bytes: Uint8Array.from(ascii('3\n')) },
  ];
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

function int32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}
