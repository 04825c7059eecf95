import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { goodMembers, importBytes } from '../support/hostile.ts';
import { makeZip } from '../support/torch-file.ts';

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const unicode = (text: string) => [0x8c, text.length, ...ascii(text)];
const global = (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)];
const int = (value: number) => [0x4a, ...[0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)];
const long = (value: bigint) => [
  0x8a,
  8,
  ...Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n)),
];
const tuple = (...items: number[][]) => [0x28, ...items.flat(), 0x74];
const [PROTO, MARK, TUPLE1, REDUCE, BUILD, STOP] = [[0x80, 2], 0x28, 0x85, 0x52, 0x62, 0x2e];
const DICT = [...global('collections', 'OrderedDict'), 0x29, REDUCE];
/** Storage 0 of the good archive: a prior table of 46 × 3 numbers. */
const storage = (type = 'FloatStorage', length = 138) => [
  ...tuple(unicode('storage'), global('torch', type), unicode('0'), unicode('cpu'), int(length)),
  0x51,
];
const tensor = (parts: { storage?: number[]; offset?: number[]; shape?: number[]; stride?: number[] } = {}) => [
  ...global('torch._utils', '_rebuild_tensor_v2'),
  ...tuple(
    parts.storage ?? storage(),
    parts.offset ?? int(0),
    parts.shape ?? tuple(int(46), int(3)),
    parts.stride ?? tuple(int(3), int(1)),
    [0x89],
    DICT,
  ),
  REDUCE,
];
const named = (value: number[]) => [
  ...PROTO,
  0x7d,
  MARK,
  ...unicode('bert.embeddings.promoter_knowledge'),
  ...value,
  0x75,
  STOP,
];
const marker = join(tmpdir(), `gcw-executed-${process.pid}`);
const command = `touch ${marker}`;
const call = (callee: number[]) => [...PROTO, ...callee, ...unicode(command), TUPLE1, REDUCE, STOP];
const repeat = (n: number, ...bytes: number[]) =>
  Array.from({ length: n * bytes.length }, (_, i) => bytes[i % bytes.length]);

const HOSTILE: [string, number[], RegExp][] = [
  ['REDUCE of os.system', call(global('os', 'system')), /asks for os\.system, which may run code/],
  ['REDUCE of posix.system', call(global('posix', 'system')), /posix\.system/],
  ['GLOBAL builtins.eval', call(global('builtins', 'eval')), /builtins\.eval/],
  ['GLOBAL builtins.getattr', call(global('builtins', 'getattr')), /builtins\.getattr/],
  ['a call hidden in a value', named(call(global('subprocess', 'Popen')).slice(2, -1)), /subprocess\.Popen/],
  ['STACK_GLOBAL', [...PROTO, ...unicode('os'), ...unicode('system'), 0x93, STOP], /os\.system/],
  [
    'STACK_GLOBAL through the memo',
    [...PROTO, ...unicode('os'), 0x94, ...unicode('system'), 0x68, 0, STOP],
    /left on its stack/,
  ],
  ['STACK_GLOBAL that swaps its names', [...PROTO, ...unicode('system'), ...unicode('os'), 0x93, STOP], /system\.os/],
  ['a name dressed up with dots', call(global('torch._utils', '_rebuild_tensor_v2.__globals__')), /__globals__/],
  ['torch.load', call(global('torch', 'load')), /torch\.load/],
  ['torch.storage._load_from_bytes', call(global('torch.storage', '_load_from_bytes')), /_load_from_bytes/],
  ['a NumPy name where only tensors belong', call(global('numpy.core.multiarray', '_reconstruct')), /_reconstruct/],
  [
    'BUILD on a name',
    [...PROTO, ...global('collections', 'OrderedDict'), 0x7d, BUILD, STOP],
    /sets the state of an object/,
  ],
  ['BUILD with __setstate__ on a tensor', named([...tensor(), 0x7d, BUILD]), /sets the state of an object/],
  ['INST', [...PROTO, MARK, ...unicode(command), 0x69, ...ascii('os\nsystem\n'), STOP], /opcode 0x69/],
  ['OBJ', [...PROTO, MARK, ...global('collections', 'OrderedDict'), 0x6f, STOP], /opcode 0x6f/],
  ['NEWOBJ', [...PROTO, ...global('collections', 'OrderedDict'), 0x29, 0x81, STOP], /opcode 0x81/],
  ['NEWOBJ_EX', [...PROTO, ...global('collections', 'OrderedDict'), 0x29, 0x7d, 0x92, STOP], /opcode 0x92/],
  ['a registered extension', [...PROTO, 0x82, 1, STOP], /opcode 0x82/],
  ['a text persistent id', [...PROTO, 0x50, ...ascii('storage\n'), STOP], /opcode 0x50/],
  ['protocol 0', [...ascii('cos\nsystem\n(S"id"\ntR.')], /os\.system/],
  ['complex numbers', named(tensor({ storage: storage('ComplexFloatStorage') })), /ComplexFloatStorage/],
  ['quantised numbers', named(tensor({ storage: storage('QInt8Storage') })), /QInt8Storage/],
  ['a quantised tensor', named([...global('torch._utils', '_rebuild_qtensor'), 0x29, REDUCE]), /_rebuild_qtensor/],
  ['a sparse tensor', named([...global('torch._utils', '_rebuild_sparse_tensor'), 0x29, REDUCE]), /_rebuild_sparse/],
  [
    'a storage longer than its bytes',
    named(tensor({ storage: storage('FloatStorage', 139) })),
    /needs 556 bytes, its storage has 552/,
  ],
  ['a storage read as another type', named(tensor({ storage: storage('DoubleStorage', 138) })), /needs 1104 bytes/],
  ['a view beyond its storage', named(tensor({ offset: int(1) })), /reaches beyond its storage/],
  ['a negative offset', named(tensor({ offset: int(-4) })), /malformed arguments/],
  ['an offset of 2^62', named(tensor({ offset: long(2n ** 62n) })), /malformed arguments/],
  ['a negative stride', named(tensor({ stride: tuple(int(-3), int(1)) })), /malformed arguments/],
  ['a stride of 2^31', named(tensor({ stride: tuple(int(0x7fffffff), int(1)) })), /reaches beyond its storage/],
  [
    'strides of 0 that pose as a large tensor',
    named(tensor({ shape: tuple(int(60000), int(60000)), stride: tuple(int(0), int(0)) })),
    /repeats elements/,
  ],
  [
    'a shape whose product overflows',
    named(tensor({ shape: tuple(long(2n ** 52n), long(2n ** 52n)), stride: tuple(int(0), int(0)) })),
    /repeats elements/,
  ],
  [
    'a shape of 10,000 axes',
    named(tensor({ shape: tuple(...Array.from({ length: 10_000 }, () => int(1))) })),
    /malformed arguments/,
  ],
  ['axes that are texts', named(tensor({ shape: tuple(unicode('46'), int(3)) })), /malformed arguments/],
  // Each level holds the level below twice: 2^60 leaves if anybody followed them.
  [
    'exponential tuples',
    named([0x29, ...Array.from({ length: 60 }, () => [0x94, 0x68, 0, 0x86]).flatMap((level, i) => level.with(2, i))]),
    /is not a tensor/,
  ],
  ['300,000 lists inside each other', named([...repeat(300_000, 0x5d), ...repeat(299_999, 0x61)]), /is not a tensor/],
  ['a dict that holds itself', [...PROTO, 0x7d, 0x94, ...unicode('w'), 0x68, 0, 0x73, STOP], /is not a tensor/],
  [
    'a million dicts again and again',
    [PROTO, ...Array.from({ length: 3 }, () => [MARK, ...repeat(400_000, 0x7d), 0x74]), [STOP]].flat(),
    /more than 1000000 objects/,
  ],
  [
    'millions of steps',
    [...PROTO, ...repeat(2_100_000, 0x4e, 0x71, 0), STOP],
    /stack grows without bound|takes more than/,
  ],
  [
    'a million memos of one thing',
    [
      PROTO,
      [0x4e],
      ...Array.from({ length: 1_000_001 }, (_, i) => [0x72, i & 255, (i >> 8) & 255, i >> 16, 0]),
      [STOP],
    ].flat(),
    /remembers more than 1000000 things/,
  ],
  ['a stack of a million values', [...PROTO, ...repeat(1_000_001, 0x4e), STOP], /stack grows without bound/],
  [
    'a name with an escape sequence',
    [...PROTO, 0x7d, ...unicode('\u001b[2J'), ...tensor(), 0x73, STOP],
    /not the name of a tensor/,
  ],
  ['a text of 4 GB in 20 bytes', [...PROTO, 0x58, 255, 255, 255, 255, 65, STOP], /ends too early/],
  ['a text of 2^63 bytes', [...PROTO, 0x8d, 0, 0, 0, 0, 0, 0, 0, 128, STOP], /ends too early/],
  [
    'two pickles one after the other',
    [...PROTO, 0x7d, STOP, ...call(global('os', 'system'))],
    /no matrix bert\.embeddings/,
  ],
];

describe('a hostile pickle in an archive', () => {
  it.each(HOSTILE)('is refused: %s', async (_, pickle, reason) => {
    rmSync(marker, { force: true });
    const [first, ...others] = goodMembers();
    const archive = makeZip([{ ...first, bytes: Uint8Array.from(pickle) }, ...others]);
    const { error, written, inputs } = await importBytes('pytorch_model.bin', archive);
    expect(error).toBeInstanceOf(WorkbenchError);
    expect((error as WorkbenchError).code).toBe('data-format');
    expect((error as WorkbenchError).message).toMatch(reason);
    expect((error as WorkbenchError).message).toMatch(/^pytorch_model\.bin: /);
    expect(written).toEqual([]);
    expect(inputs).toEqual(['config.json', 'pytorch_model.bin']);
    expect(existsSync(marker)).toBe(false);
  });
});
