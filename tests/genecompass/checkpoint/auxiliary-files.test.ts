import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverFiles } from '#genecompass/checkpoint/auxiliary/discover.ts';
import { readHomologs } from '#genecompass/checkpoint/auxiliary/homolog-map.ts';
import { joinMedians, readMedians } from '#genecompass/checkpoint/auxiliary/medians.ts';
import { readGeneNames, readPriorTable } from '#genecompass/checkpoint/auxiliary/prior-table.ts';
import { readTokenDictionary } from '#genecompass/checkpoint/auxiliary/token-dictionary.ts';
import { numberDictPickle } from '../../../build/pytorch-archive.ts';

const human = (i: number) => `ENSG${String(i).padStart(11, '0')}`;
const mouse = (i: number) => `ENSMUSG${String(i).padStart(11, '0')}`;
const TOKENS = ['<pad>', '<mask>', human(1), human(2), human(3), mouse(1), mouse(2)];
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gcw-aux-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes one file and gives its path. */
function file(name: string, content: string | Uint8Array | [string | number, number][]): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Array.isArray(content) ? numberDictPickle(content) : content);
  return path;
}
const dictionary = (tokens: readonly string[]): [string, number][] => tokens.map((token, id) => [token, id]);
function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0);
  return Uint8Array.from([...start, ...new TextEncoder().encode(text), ...data]);
}
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1036265\n';

describe('a token dictionary', () => {
  it.each([
    ['pickle', 'tokens.pickle', dictionary(TOKENS)],
    ['CSV with a head', 'tokens.csv', `token,id\n${TOKENS.map((token, id) => `${token},${id}`).join('\n')}\n`],
    ['TSV, id first', 'tokens.tsv', TOKENS.map((token, id) => `${id}\t${token}`).join('\n')],
    ['pickle in another order', 'tokens.pickle', dictionary(TOKENS).reverse()],
  ])('is read from a %s', (_, name, content) => {
    expect(readTokenDictionary(file(name, content))).toEqual({ tokens: TOKENS, nForeign: 0 });
  });

  it('counts tokens that are no genes of human or mouse', () => {
    const tokens = [...TOKENS, 'ENSRNOG00000000001', 'GATA1'];
    expect(readTokenDictionary(file('t.pickle', dictionary(tokens)))).toEqual({ tokens, nForeign: 2 });
  });

  it.each([
    ['a hole in its ids', [...dictionary(TOKENS), [human(9), 8]], /id 8, the ids of 8 tokens end at 7/],
    ['an id twice', [...dictionary(TOKENS), [human(9), 3]], /id 3 is given to/],
    ['a negative id', [...dictionary(TOKENS), [human(9), -1]], /has id -1/],
    ['a fractional id', [...dictionary(TOKENS), [human(9), 2.5]], /has id 2.5/],
    ['another special token', dictionary(['<mask>', '<pad>', human(1)]), /token 0 is <mask>, <pad> is expected/],
    ['no genes', dictionary(['<pad>', '<mask>', 'GATA1']), /none of its tokens is an Ensembl id/],
    ['nothing', [], /token 0 is missing/],
    ['numbers as keys', [[1, 0]], /does not lead from texts to numbers/],
    [
      'a placeholder',
      POINTER,
      /placeholder \(Git LFS pointer\) for a file of 1036265 bytes, not the file; fetch the real file/,
    ],
    ['words', 'hello world', /no rows of token and id/],
    ['an array', npy('|u1', '2,', Uint8Array.of(1, 2)), /is an array, not a dictionary/],
  ] as [string, string | Uint8Array | [string | number, number][], RegExp][])(
    'is refused with %s',
    (_, content, reason) => {
      const path = file('tokens.pickle', content);
      expect(() => readTokenDictionary(path)).toThrow(reason);
      expect(() => readTokenDictionary(path)).toThrow(expect.objectContaining({ code: 'data-format' }));
    },
  );

  it('is refused when two ids share a text', () => {
    const path = file(
      't.csv',
      dictionary([...TOKENS, human(1)])
        .map((row) => row.join(','))
        .join('\n'),
    );
    expect(() => readTokenDictionary(path)).toThrow(/two ids have the same text/);
  });
});

describe('a homolog table', () => {
  const pairs = [
    [5, 2],
    [6, 4],
  ];
  it.each([
    [
      'mouse to human',
      'pickle',
      [
        [6, 4],
        [5, 2],
      ] as [number, number][],
    ],
    [
      'human to mouse',
      'pickle',
      [
        [2, 5],
        [4, 6],
      ] as [number, number][],
    ],
    ['mouse to human', 'CSV of ids', `mouse,human\n${mouse(1)},${human(1)}\n${mouse(2)},${human(3)}\n`],
    ['human to mouse', 'CSV of tokens', '2,5\n4,6\n'],
    ['mouse to human', 'array', npy('<i8', '2, 2', new Uint8Array(BigInt64Array.of(5n, 2n, 6n, 4n).buffer))],
  ])('is told to lead from %s: %s', (direction, _, content) => {
    expect(readHomologs(file('h.pickle', content), TOKENS)).toEqual({ pairs, direction, nRepeated: 0 });
  });

  it('keeps the first human gene of a mouse gene named twice', () => {
    const read = readHomologs(
      file('h.pickle', [
        [4, 6],
        [2, 6],
        [3, 5],
      ]),
      TOKENS,
    );
    expect(read).toEqual({
      pairs: [
        [5, 3],
        [6, 2],
      ],
      direction: 'human to mouse',
      nRepeated: 1,
    });
  });

  it.each([
    [
      'both ways',
      [
        [5, 2],
        [4, 6],
      ],
      /1 lead from mouse to human and 1 from human to mouse/,
    ],
    ['one species', [[2, 3]], /0 lead from mouse to human/],
    ['special tokens', [[0, 1]], /0 lead from mouse/],
    ['tokens the model lacks', [[7, 2]], /not one of the 7 of the model/],
    ['nothing', [], /it is empty/],
  ] as [string, [number, number][], RegExp][])('is refused when it names %s', (_, content, reason) => {
    expect(() => readHomologs(file('h.pickle', content), TOKENS)).toThrow(reason);
  });
});

describe('medians', () => {
  it('are read by Ensembl id, other names left out', () => {
    const expected = new Map([
      [human(1), 1.41786],
      [mouse(2), 0.5],
    ]);
    expect(readMedians(file('m.pickle', [...expected, ['GATA1', 3]]))).toEqual({ medians: expected, nLeftOut: 0 });
    expect(readMedians(file('m.csv', `gene,median\n${human(1)},1.41786\n${mouse(2)},0.5\n`))).toEqual({
      medians: expected,
      nLeftOut: 0,
    });
    expect(joinMedians([expected, new Map([[human(2), 2]])], 'm').size).toBe(3);
  });
  it('are refused when they are no medians', () => {
    const some = file('m.pickle', [
      [human(1), 0],
      [human(2), NaN],
      [human(3), 2],
    ]);
    expect(readMedians(some)).toEqual({ medians: new Map([[human(3), 2]]), nLeftOut: 2 });
    expect(() => readMedians(file('m.pickle', [[human(1), -1]]))).toThrow(/a positive median/);
    expect(() => readMedians(file('m.pickle', [['GATA1', 1]]))).toThrow(/gives no human or mouse gene/);
    const two = [new Map([[human(1), 1]]), new Map([[human(1), 2]])];
    expect(() => joinMedians(two, 'a, b')).toThrow(/different medians/);
  });
});

describe('prior vectors', () => {
  const rows = (names: readonly string[], start: number) =>
    names.map((name, i) => `${name},${start + i},${start + i + 0.5}`).join('\n');
  const expected = Float32Array.of(0, 0, 0, 0, 1, 1.5, 2, 2.5, 3, 3.5, 7, 7.5, 8, 8.5);

  it('become a table by Ensembl id, by symbol and species, or row by row', () => {
    const genes = [human(1), human(2), human(3)];
    const mice = [mouse(1), mouse(2)];
    const [a, b] = [file('human.csv', rows(genes, 1)), file('mouse.csv', rows(mice, 7))];
    expect(readPriorTable([b, a], TOKENS, 2)).toEqual(expected);
    // A symbol both species use, with other vectors.
    const names = readGeneNames(
      file('names.csv', [...genes, ...mice].map((id, i) => `${['A', 'B', 'C', 'A', 'Bb'][i]},${id}`).join('\n')),
    );
    const bySymbol = [file('m.csv', rows(['A', 'Bb'], 7)), file('h.csv', rows(['A', 'B', 'C'], 1))];
    expect(readPriorTable(bySymbol, TOKENS, 2, names)).toEqual(expected);
    const array = file('table.npy', npy('<f4', '7, 2', new Uint8Array(expected.buffer)));
    expect(readPriorTable([array], TOKENS, 2)).toEqual(expected);
  });

  it('are refused when a gene has none, or they do not fit', () => {
    const path = file('p.csv', rows([human(1), human(2), mouse(1)], 1));
    expect(() => readPriorTable([path], TOKENS, 2)).toThrow(/2 genes have no vector, such as ENSG00000000003/);
    expect(() => readPriorTable([path], TOKENS.slice(0, 4), 3)).toThrow(/has 2 numbers, 3 are expected/);
    expect(() => readPriorTable([file('p.csv', `${human(1)},1,x`)], TOKENS.slice(0, 3), 2)).toThrow(/not finite/);
    const array = file('p.npy', npy('<f4', '7, 2', new Uint8Array(expected.buffer)));
    expect(() => readPriorTable([array], TOKENS, 3)).toThrow(/shape is \[7, 2\], \[7, 3\] is expected/);
    expect(() => readPriorTable([file('p.pickle', [[human(1), 2]])], TOKENS.slice(0, 3), 2)).toThrow(/has no vector/);
  });
});

describe('files beside a checkpoint', () => {
  it('are found by their published names in the folder and the folders in it', () => {
    file('pytorch_model.bin', '');
    file('dict/human_mouse_tokens.pickle', dictionary(TOKENS));
    file('old/h&m_token1000W.pickle', dictionary(TOKENS.slice(0, 5)));
    file('old/deeper/human_mouse_tokens.pickle', dictionary(TOKENS));
    file('prior_knowledge/homologous_hm_token.pickle', [[5, 2]]);
    file('public/human_gene_median_after_filter.pickle', [[human(1), 1]]);
    file('public/mouse_gene_median_after_filter.pickle', [[mouse(1), 1]]);
    file('prior_knowledge/Gene_id_name_dict_human_mouse.pickle', '');
    file('prior_knowledge/human_promoter_emb.pickle', '');
    file('prior_knowledge/human_co_exp.pickle', '');
    file('prior_knowledge/PECA_human.pickle', '');
    file('prior_knowledge/gene_family_human.pickle', '');
    file('gene_id_hpromoter.pickle', '');
    file('GRNgene.pkl', '');
    const found = discoverFiles(folder, 7);
    expect(found).toEqual({
      tokens: 'dict/human_mouse_tokens.pickle',
      homologs: 'prior_knowledge/homologous_hm_token.pickle',
      medians: ['public/human_gene_median_after_filter.pickle', 'public/mouse_gene_median_after_filter.pickle'],
      priors: [
        'prior_knowledge/PECA_human.pickle',
        'prior_knowledge/gene_family_human.pickle',
        'prior_knowledge/human_co_exp.pickle',
        'prior_knowledge/human_promoter_emb.pickle',
      ],
      geneNames: 'prior_knowledge/Gene_id_name_dict_human_mouse.pickle',
      refused: [],
    });
    expect(discoverFiles(folder, 5).tokens).toBe('old/h&m_token1000W.pickle');
  });

  it('that are placeholders are listed with the reason', () => {
    file('human_mouse_tokens.pickle', POINTER);
    const { tokens, refused } = discoverFiles(folder, 7);
    expect(tokens).toBeNull();
    expect(refused).toEqual([
      { file: 'human_mouse_tokens.pickle', reason: expect.stringMatching(/this is a placeholder/) as string },
    ]);
  });
});
