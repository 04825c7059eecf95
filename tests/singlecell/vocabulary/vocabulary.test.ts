import { describe, expect, test } from 'vitest';
import {
  buildOwnVocabulary,
  makeVocabulary,
  requireSameVocabulary,
  tokensOfGenes,
} from '#singlecell/vocabulary/vocabulary.ts';

const human = (n: number) => `ENSG${String(n).padStart(11, '0')}`;
const mouse = (n: number) => `ENSMUSG${String(n).padStart(11, '0')}`;
const gene = (id: string) => ({ id, symbol: id });

describe('buildOwnVocabulary', () => {
  test('human genes: special tokens, then sorted ids of genes seen in enough cells', () => {
    const genes = [gene(human(9)), gene(human(2)), gene(human(5)), gene('ERCC-00002')];
    const vocabulary = buildOwnVocabulary(genes, [3, 5, 2, 50], 3);
    expect(vocabulary.tokens).toEqual(['<pad>', '<mask>', human(2), human(9)]);
    expect([...tokensOfGenes(vocabulary, genes)]).toEqual([3, 2, -1, -1]);
    expect(vocabulary.id).toBe(`own-${vocabulary.hash.slice(0, 12)}`);
  });

  test('mouse genes: a homolog gets a human and a mouse row and is written with the human token', () => {
    const genes = [gene(mouse(7)), gene(mouse(3)), gene(mouse(4))];
    const homologs = new Map([
      [mouse(7), human(70)],
      [mouse(3), human(30)],
    ]);
    const vocabulary = buildOwnVocabulary(genes, [9, 9, 9], 3, homologs);
    expect(vocabulary.tokens).toEqual(['<pad>', '<mask>', human(30), human(70), mouse(3), mouse(4), mouse(7)]);
    expect([...vocabulary.homologs]).toEqual([
      [4, 2],
      [6, 3],
    ]);
    expect([...tokensOfGenes(vocabulary, genes)]).toEqual([3, 2, 5]);
  });

  test('two mouse genes that name one human homolog do not share its token: the first by id has it', () => {
    const genes = [gene(mouse(8)), gene(mouse(1))];
    const homologs = new Map([
      [mouse(8), human(1)],
      [mouse(1), human(1)],
    ]);
    const vocabulary = buildOwnVocabulary(genes, [9, 9], 3, homologs);
    expect([...tokensOfGenes(vocabulary, genes)]).toEqual([4, 2]);
  });

  test('refuses a dataset in which no gene is seen often enough', () => {
    expect(() => buildOwnVocabulary([gene(human(1))], [2], 3)).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('at least 3 cells') }),
    );
  });
});

describe('hash', () => {
  const tokens = ['<pad>', '<mask>', human(1), mouse(1), mouse(2)];

  test('depends on tokens, their order and the homologs, not on the order in which pairs are given', () => {
    const base = makeVocabulary('own', tokens, new Map([[3, 2]]));
    expect(makeVocabulary('other', tokens, new Map([[3, 2]])).hash).toBe(base.hash);
    expect(makeVocabulary('own', tokens, new Map([[4, 2]])).hash).not.toBe(base.hash);
    expect(makeVocabulary('own', [...tokens, human(3)], new Map([[3, 2]])).hash).not.toBe(base.hash);
    const a = makeVocabulary(
      'own',
      [...tokens, human(3)],
      new Map([
        [3, 2],
        [4, 5],
      ]),
    );
    const b = makeVocabulary(
      'own',
      [...tokens, human(3)],
      new Map([
        [4, 5],
        [3, 2],
      ]),
    );
    expect(a.hash).toBe(b.hash);
  });

  test('is the sha256 of the JSON of homologs and tokens', () => {
    // printf '{"homologs":[],"tokens":["<pad>","<mask>","ENSG00000000001"]}' | sha256sum (coreutils 9.1)
    expect(makeVocabulary('own', tokens.slice(0, 3), new Map()).hash).toBe(
      '8103f02c7f3255c1c9ed4ba69b47e50996f0afe17dee2ab7f2c007b56f972c03',
    );
  });

  test.each([
    ['a dictionary without special tokens', [human(1), human(2)], []],
    ['a token that occurs twice', [...tokens, human(1)], []],
    ['a homolog pair in the wrong direction', tokens, [[2, 3]]],
  ] as [string, string[], [number, number][]][])('refuses %s', (_, list, pairs) => {
    expect(() => makeVocabulary('own', list, new Map(pairs))).toThrow(expect.objectContaining({ code: 'data-format' }));
  });
});

test('another vocabulary is a conflict that names both', () => {
  const a = { id: 'own-aaa', hash: 'a' };
  requireSameVocabulary(a, { id: 'renamed', hash: 'a' }, 'model m1');
  expect(() => requireSameVocabulary(a, { id: 'own-bbb', hash: 'b' }, 'model m1')).toThrow(
    expect.objectContaining({ code: 'conflict', message: expect.stringMatching(/^model m1: .*own-bbb.*own-aaa/) }),
  );
});
