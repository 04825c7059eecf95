import { describe, expect, it } from 'vitest';
import { unpickleStateDict } from '#genecompass/checkpoint/unpickler.ts';

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const unicode = (text: string) => [0x8c, text.length, ...ascii(text)];
const global = (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)];
const PROTO = [0x80, 2];
const MARK = 0x28;
const TUPLE = 0x74;
const REDUCE = 0x52;
const STOP = 0x2e;
const storage = (length = 6, type = 'FloatStorage') => [
  MARK,
  ...unicode('storage'),
  ...global('torch', type),
  ...unicode('0'),
  ...unicode('cpu'),
  0x4b,
  length,
  TUPLE,
  0x51,
];
const ints = (values: number[]) => [MARK, ...values.flatMap((value) => [0x4b, value]), TUPLE];
const tensor = (offset: number, shape: number[], stride: number[], length = 6) => [
  ...global('torch._utils', '_rebuild_tensor_v2'),
  MARK,
  ...storage(length),
  0x4b,
  offset,
  ...ints(shape),
  ...ints(stride),
  0x89,
  ...global('collections', 'OrderedDict'),
  0x29,
  REDUCE,
  TUPLE,
  REDUCE,
];
const dict = (...items: number[]) => [...PROTO, 0x7d, MARK, ...items, 0x75, STOP];
const run = (bytes: number[]) => unpickleStateDict(Uint8Array.from(bytes), 'model.bin');

describe('unpickler', () => {
  it('reads a state dict', () => {
    const result = run(dict(...unicode('w'), ...tensor(0, [2, 3], [3, 1])));
    expect(result.get('w')).toMatchObject({ storageKey: '0', storageType: 'Float', shape: [2, 3], stride: [3, 1] });
  });

  const call = (module: string, name: string) => [...PROTO, ...global(module, name), ...ints([1]), REDUCE, STOP];
  it.each([
    ['os.system', call('os', 'system'), /asks for os.system, which may run code/],
    ['builtins.eval', call('builtins', 'eval'), /builtins.eval/],
    ['posix.system by STACK_GLOBAL', [...PROTO, ...unicode('posix'), ...unicode('system'), 0x93, STOP], /posix.system/],
    ['a STACK_GLOBAL of something that is no text', [...PROTO, 0x4b, 1, 0x4b, 2, 0x93, STOP], /\?\.\?/],
    ['an attribute reached through a dotted name', call('collections', 'OrderedDict.__init__'), /OrderedDict.__init__/],
    ['torch.load', call('torch', 'load'), /torch.load/],
    ['torch._utils._rebuild_parameter', call('torch._utils', '_rebuild_parameter'), /_rebuild_parameter/],
    ['a storage of an unknown kind', call('torch', 'ComplexFloatStorage'), /ComplexFloatStorage/],
    ['OrderedDict with arguments', call('collections', 'OrderedDict'), /calls a dict with 1 arguments/],
    ['calling a storage class', call('torch', 'FloatStorage'), /calls a storage/],
    ['INST', [...PROTO, MARK, 0x69, ...ascii('os\nsystem\n'), STOP], /opcode 0x69 at byte 3/],
    ['OBJ', [...PROTO, MARK, ...global('torch', 'FloatStorage'), 0x6f, STOP], /opcode 0x6f/],
    ['NEWOBJ', [...PROTO, ...global('collections', 'OrderedDict'), 0x29, 0x81, STOP], /opcode 0x81/],
    ['NEWOBJ_EX', [...PROTO, 0x92, STOP], /opcode 0x92/],
    ['EXT1', [...PROTO, 0x82, 1, STOP], /opcode 0x82/],
    ['a text persistent id', [...PROTO, 0x50, ...ascii('0\n'), STOP], /opcode 0x50/],
    ['a forged persistent id', [...PROTO, ...ints([1, 2, 3, 4, 5]), 0x51, STOP], /persistent id/],
    ['BUILD on a tensor', [...PROTO, ...tensor(0, [6], [1]), 0x7d, 0x62, STOP], /sets the state of an object/],
    ['a tensor beyond its storage', dict(...unicode('w'), ...tensor(1, [6], [1])), /reaches beyond its storage/],
    ['a tensor that repeats one element', dict(...unicode('w'), ...tensor(0, [200, 200], [0, 0])), /repeats elements/],
    ['axes without strides', dict(...unicode('w'), ...tensor(0, [6], [1, 1])), /malformed axes/],
    ['a value that is not a tensor', dict(...unicode('w'), 0x4b, 1), /entry w is not a tensor/],
    ['a key that is not a text', dict(0x4b, 1, ...tensor(0, [6], [1])), /not a text/],
    ['a list', [...PROTO, 0x5d, STOP], /does not hold a state dict/],
    ['an empty stack', [...PROTO, STOP], /stack runs empty/],
    ['a missing mark', [...PROTO, 0x7d, 0x75, STOP], /mark is missing/],
    ['an empty memo', [...PROTO, 0x68, 9, STOP], /memo 9 is empty/],
    ['a second pickle behind a pickle', [...PROTO, 0x7d, 0x7d, STOP], /left on its stack/],
    ['a cut file', [...PROTO, 0x58, 255, 255, 255, 127, 65], /ends too early/],
    ['no STOP', [...PROTO, 0x7d], /ends too early/],
    ['protocol 1', [0x80, 1, 0x7d, STOP], /protocol 1/],
    ['an integer of 255 bytes', [...PROTO, 0x8a, 255, STOP], /longer than 64 bits/],
    ['a name without end', [...PROTO, 0x63, ...new Array<number>(2000).fill(65)], /name has no end/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => run(bytes)).toThrow(message);
  });

  it('refuses a stack that grows without bound', () => {
    const bytes = new Uint8Array(1_000_010).fill(0x4e);
    bytes.set(PROTO);
    expect(() => unpickleStateDict(bytes, 'model.bin')).toThrow(/without bound/);
  });
});
