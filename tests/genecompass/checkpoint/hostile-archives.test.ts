import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { syntheticTensors } from '../../../build/make-synthetic-checkpoint.ts';
import { goodMembers, goodSafetensors, importBytes, TINY } from '../support/hostile.ts';
import { makeZip, type Member } from '../support/torch-file.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const good = goodMembers();
const pickle = good[0];
const changed = (name: string, changes: Partial<Member>) =>
  makeZip(good.map((member) => (member.name === name ? { ...member, ...changes } : member)));
const renamed = (from: string, to: string) => changed(from, { name: to });
const without = (pattern: RegExp) => syntheticTensors(TINY, 1).filter(({ name }) => !pattern.test(name));
const numbers = (name: string, data: Float32Array, shape = [data.length]) => ({
  ...{ name, shape, dtype: 'Float' as const, storage: name },
  blocks: () => [new Uint8Array(data.buffer)],
});
/** An end record, zip64, that promises a directory somewhere. */
function zip64End(count: bigint, size: bigint, offset: bigint): Uint8Array {
  const bytes = new Uint8Array(56 + 20 + 22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x06064b50, true);
  [count, size, offset].forEach((value, i) => view.setBigUint64(32 + 8 * i, value, true));
  view.setUint32(56, 0x07064b50, true);
  view.setUint32(76, 0x06054b50, true);
  view.setUint16(86, 0xffff, true);
  view.setUint32(88, 0xffffffff, true);
  view.setUint32(92, 0xffffffff, true);
  return bytes;
}
function zip64Member(size: bigint): Uint8Array {
  const whole = makeZip(good, { zip64: true });
  const view = new DataView(whole.buffer);
  // The field of the first member in the directory: id 1, then size, stored size and offset.
  const at = whole.findLastIndex(
    (_, i) =>
      i + 4 < whole.length &&
      view.getUint32(i, true) === 0x02014b50 &&
      view.getUint16(i + 28, true) === pickle.name.length,
  );
  const field = at + 46 + pickle.name.length + 4;
  view.setBigUint64(field, size, true);
  view.setBigUint64(field + 8, size, true);
  return whole;
}

const PYTORCH: [string, Uint8Array, string, RegExp][] = [
  [
    'an archive inside as data.pkl',
    changed('model/data.pkl', { bytes: makeZip(good) }),
    'data-format',
    /opcode 0x50 at byte 0/,
  ],
  [
    'a path that climbs out',
    renamed('model/version', 'model/../../../etc/cron.d/job'),
    'data-format',
    /path that leaves the archive/,
  ],
  [
    'a path that climbs out with backslashes',
    renamed('model/version', 'model\\..\\..\\job'),
    'data-format',
    /path that leaves the archive/,
  ],
  ['an absolute path', renamed('model/version', '/etc/passwd'), 'data-format', /path that leaves the archive/],
  ['a drive letter', renamed('model/version', 'C:/job.bat'), 'data-format', /path that leaves the archive/],
  [
    'a name with an escape sequence',
    renamed('model/version', 'model/\u001b[2J'),
    'data-format',
    /name that is no plain text/,
  ],
  [
    'a member twice',
    makeZip([...good, { ...pickle, bytes: Uint8Array.of(0x2e) }]),
    'data-format',
    /data\.pkl is there twice/,
  ],
  ['two pickles', makeZip([...good, { ...pickle, name: 'other/data.pkl' }]), 'data-format', /holds 2 data\.pkl/],
  ['no pickle', makeZip(good.slice(1)), 'data-format', /holds 0 data\.pkl/],
  [
    'a deflate bomb',
    changed('model/data/0', { method: 8, bytes: deflateRawSync(new Uint8Array(50_000_000)) }),
    'unsupported',
    /data\/0 is compressed/,
  ],
  ['an unknown compression', changed('model/data/0', { method: 99 }), 'unsupported', /is compressed/],
  ['an encrypted member', changed('model/data.pkl', { flags: 0x801 }), 'unsupported', /data\.pkl is encrypted/],
  ['a member that claims 4 GB', changed('model/data.pkl', { claimedSize: 0xfffffffe }), 'data-format', /overlap/],
  ['a last member that claims 4 GB', changed('model/version', { claimedSize: 0xfffffffe }), 'data-format', /overlap/],
  ['a member of 2^60 bytes by zip64', zip64Member(2n ** 60n), 'data-format', /overlap/],
  ['a zip64 directory of 2^40 members', zip64End(2n ** 40n, 100n, 0n), 'data-format', /lists 1099511627776 members/],
  [
    'a zip64 directory of 2^50 bytes',
    zip64End(1n, 2n ** 50n, 0n),
    'data-format',
    /1 members in 1125899906842624 bytes/,
  ],
  ['a zip64 directory at 2^62', zip64End(1n, 46n, 2n ** 62n), 'data-format', /file is cut or damaged/],
  [
    'members that do not start where they should',
    makeZip(good, { offsetShift: 5 }),
    'data-format',
    /does not start where the directory says/,
  ],
  [
    'a big-endian archive',
    makeZip([...good, { name: 'model/byteorder', bytes: ascii('big') }]),
    'unsupported',
    /big-endian/,
  ],
  [
    'a cut storage',
    changed('model/data/0', { bytes: good[1].bytes.slice(0, -4) }),
    'data-format',
    /needs 552 bytes, its storage has 548/,
  ],
  [
    'a missing storage',
    makeZip(good.filter(({ name }) => name !== 'model/data/3')),
    'data-format',
    /its storage is missing/,
  ],
  ['an archive cut in the middle', makeZip(good).slice(0, 3000), 'data-format', /no zip directory/],
  ['an archive cut at the front', makeZip(good).slice(3000), 'data-format', /does not start|file is cut/],
  ['nothing', new Uint8Array(), 'data-format', /no zip directory/],
  [
    'a Git LFS pointer',
    ascii('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1152170855\n'),
    'data-format',
    /placeholder \(Git LFS pointer\) for a file of 1152170855 bytes.*fetch the real file/,
  ],
  [
    'the format of old PyTorch',
    Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20),
    'unsupported',
    /PyTorch before 1\.6/,
  ],
  ['a web page', ascii('<!DOCTYPE html><html>404</html>'), 'data-format', /no zip directory/],
  [
    'a weight that is infinite',
    makeZip(
      goodMembers([
        ...without(/cls_embedding/),
        numbers('bert.cls_embedding.weight', new Float32Array(16).fill(Infinity), [2, 8]),
      ]),
    ),
    'data-format',
    /cls_embedding\.weight: element 0 is Infinity/,
  ],
  [
    'tied weights that differ',
    makeZip(
      goodMembers([
        ...without(/cls\.predictions\.decoder\.bias/),
        numbers('cls.predictions.decoder.bias', new Float32Array(46)),
      ]),
    ),
    'data-format',
    /decoder\.bias differs from cls\.predictions\.bias/,
  ],
  [
    'a classifier of single genes',
    makeZip(
      goodMembers([
        ...without(/^cls/),
        numbers('classifier.weight', new Float32Array(16), [2, 8]),
        numbers('classifier.bias', new Float32Array(2)),
      ]),
    ),
    'unsupported',
    /classifies single genes/,
  ],
  [
    'a missing prior table',
    makeZip(goodMembers(without(/co_exp_knowledge/))),
    'data-format',
    /co_exp_knowledge is missing, \[46, 3\] is expected/,
  ],
  [
    'a missing layer norm',
    makeZip(goodMembers(without(/layer\.0\.output\.LayerNorm\.bias/))),
    'data-format',
    /LayerNorm\.bias is missing/,
  ],
  [
    'a model that is not GeneCompass',
    makeZip(goodMembers([numbers('transformer.wte.weight', new Float32Array(8), [2, 4])])),
    'data-format',
    /choose a GeneCompass checkpoint/,
  ],
];

const safe = goodSafetensors();
const headerBytes = Number(new DataView(safe.buffer).getBigUint64(0, true));
const header = JSON.parse(new TextDecoder().decode(safe.subarray(8, 8 + headerBytes))) as Record<
  string,
  { dtype: string; shape: number[]; data_offsets: number[] }
>;
function withHeader(
  text: string,
  data = safe.subarray(8 + headerBytes),
  claimed = BigInt(ascii(text).length),
): Uint8Array {
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, claimed, true);
  return Uint8Array.from([...start, ...ascii(text), ...data]);
}
const edited = (name: string, changes: Partial<(typeof header)[string]>) =>
  withHeader(JSON.stringify({ ...header, [name]: { ...header[name], ...changes } }));
const FIRST = 'bert.embeddings.promoter_knowledge';
const SECOND = 'bert.embeddings.co_exp_knowledge';

const SAFETENSORS: [string, Uint8Array, string, RegExp][] = [
  [
    'a header of 100 GB',
    withHeader('{}', undefined, 100n * 2n ** 30n),
    'data-format',
    /its header claims 107374182400 bytes/,
  ],
  [
    'a header of 2^64 - 1 bytes',
    withHeader('{}', undefined, 2n ** 64n - 1n),
    'data-format',
    /its header claims 18446744073709551615/,
  ],
  [
    'ranges that overlap',
    edited(SECOND, { data_offsets: header[FIRST].data_offsets }),
    'data-format',
    /starts at byte 0, not 552/,
  ],
  [
    'a hole between ranges',
    withHeader(JSON.stringify({ [SECOND]: header[SECOND] })),
    'data-format',
    /starts at byte 552, not 0/,
  ],
  [
    'a range that runs backwards',
    edited(FIRST, { data_offsets: [552, 0] }),
    'data-format',
    /does not fill bytes 552 to 0/,
  ],
  ['a range below zero', edited(FIRST, { data_offsets: [-552, 0] }), 'data-format', /is malformed/],
  [
    'a range beyond the file',
    edited('emb_warmup.steps', {
      shape: [1000],
      data_offsets: [header['emb_warmup.steps'].data_offsets[0], header['emb_warmup.steps'].data_offsets[0] + 8000],
    }),
    'data-format',
    /data bytes and describes/,
  ],
  ['a shape whose product overflows', edited(FIRST, { shape: [2 ** 52, 2 ** 52] }), 'data-format', /does not fill/],
  ['a shape that does not fill its range', edited(FIRST, { shape: [46, 4] }), 'data-format', /does not fill/],
  [
    'a shape of 100,000 axes',
    edited(FIRST, { shape: new Array<number>(100_000).fill(1) }),
    'data-format',
    /is malformed/,
  ],
  ['complex numbers', edited(FIRST, { dtype: 'C64' }), 'unsupported', /element type C64/],
  ['8-bit floats', edited(FIRST, { dtype: 'F8_E4M3' }), 'unsupported', /element type F8_E4M3/],
  [
    'a type that is a property of every object',
    edited(FIRST, { dtype: 'constructor' }),
    'unsupported',
    /element type constructor/,
  ],
  ['bytes after the last tensor', Uint8Array.from([...safe, 0, 0, 0, 0]), 'data-format', /data bytes and describes/],
  ['missing bytes at the end', safe.slice(0, -4), 'data-format', /data bytes and describes/],
  ['a header that is no JSON', withHeader('{"a":'), 'data-format', /header is not JSON/],
  ['a header that is a list', withHeader('[]'), 'data-format', /header is not a JSON object/],
  ['a million brackets', withHeader('['.repeat(1_000_000)), 'data-format', /header is not JSON/],
  ['a tensor that is a text', withHeader('{"a":"b"}'), 'data-format', /tensor a is malformed/],
  [
    'a tensor called __proto__',
    withHeader('{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}', new Uint8Array()),
    'data-format',
    /choose a GeneCompass checkpoint/,
  ],
  [
    'metadata that is no text',
    withHeader('{"__metadata__":{"a":1}}', new Uint8Array()),
    'data-format',
    /metadata is not a table of texts/,
  ],
  [
    'a name with a line break',
    withHeader('{"a\\nb":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}', new Uint8Array()),
    'data-format',
    /not that of a tensor/,
  ],
  ['a Git LFS pointer', ascii('version https://git-lfs.github.com/spec/v1\nsize 5\n'), 'data-format', /placeholder/],
  ['nothing', new Uint8Array(), 'data-format', /file is cut or damaged/],
];

describe('a broken or hostile file', () => {
  const cases = [
    ...PYTORCH.map((row) => ['pytorch_model.bin', ...row] as const),
    ...SAFETENSORS.map((row) => ['model.safetensors', ...row] as const),
  ];
  it.each(cases)('%s is refused: %s', async (file, _, bytes, code, reason) => {
    const { error, written } = await importBytes(file, bytes);
    expect((error as WorkbenchError).name).toBe('WorkbenchError');
    expect((error as WorkbenchError).message).toMatch(reason);
    expect((error as WorkbenchError).code).toBe(code);
    expect(written).toEqual([]);
  });

  it.each([
    ['pytorch_model.bin', makeZip(good)],
    ['model.safetensors', safe],
  ])('%s of the same content is taken when it is whole', async (file, bytes) => {
    const { error, result, written } = await importBytes(file, bytes);
    expect(error).toBeNull();
    expect(result!.summary).toMatchObject({ nTensors: 58, layout: 'scalar' });
    expect(written).toEqual(['model.safetensors']);
  });
});
