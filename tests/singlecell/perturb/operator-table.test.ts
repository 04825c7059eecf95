import { describe, expect, it } from 'vitest';
import { percentileDoses, tokenStatistics } from '#singlecell/perturb/dose.ts';
import {
  knockDownGenes,
  maskGenes,
  moveToRank,
  overExpressGenes,
  publishedOverExpressGenes,
  removeGenes,
  type CellTokens,
  type PerturbedCell,
} from '#singlecell/perturb/operators.ts';
import type { TokenSet } from '#singlecell/types.ts';

/*
 * Every operator on the same cells, worked out by hand from spec/genecompass.md §5.1 and §5.2. A cell is written as
 * `gene:value` in order of rank, `(gene:value)` is hidden from attention, `–` is a cell in which the operator has no
 * meaning, `=` one that stays as it is. Genes 5 and 7 tie at 2: ties go by ascending gene.
 */
const CELL = '9:4 5:2 7:2 3:1';
/** A model that reads four genes: the context of CELL is full. */
const FULL = 4;
const ROOMY = 16;

type Line = [what: string, gene: number, expected: string];

function read(text: string): CellTokens {
  const pairs = text.split(' ').map((word) => word.split(':').map(Number));
  return { tokenIds: Int32Array.from(pairs, ([id]) => id), values: Float32Array.from(pairs, ([, value]) => value) };
}

function write(cell: PerturbedCell | null, none: string): string {
  if (!cell) return none;
  const hidden = new Set(cell.hiddenPositions);
  return Array.from(cell.tokenIds, (id, i) => {
    const word = `${id}:${cell.values[i]}`;
    return hidden.has(i) ? `(${word})` : word;
  }).join(' ');
}

function table(name: string, run: (gene: number) => PerturbedCell | null, none: '–' | '=', lines: Line[]): void {
  describe(name, () => {
    it.each(lines)('%s: gene %i', (_what, gene, expected) => expect(write(run(gene), none)).toBe(expected));
    it.each([0, 1])('never the special token %i', (token) => expect(() => run(token)).toThrow(/special tokens/));
  });
}

table('mask', (gene) => maskGenes(read(CELL), [gene]), '–', [
  ['first', 9, '(9:4) 5:2 7:2 3:1'],
  ['one of a tie', 7, '9:4 5:2 (7:2) 3:1'],
  ['last', 3, '9:4 5:2 7:2 (3:1)'],
  ['absent', 6, '–'],
]);

table('remove, the published deletion', (gene) => removeGenes(read(CELL), [gene]), '–', [
  ['first: all others move up one rank', 9, '5:2 7:2 3:1'],
  ['one of a tie', 5, '9:4 7:2 3:1'],
  ['last: nothing moves, nothing fills the gap', 3, '9:4 5:2 7:2'],
  ['absent', 6, '–'],
]);

table('knock-down to a half', (gene) => knockDownGenes(read(CELL), [gene], 0.5), '–', [
  ['first falls into the tie, where it is the highest gene', 9, '5:2 7:2 9:2 3:1'],
  ['one of a tie falls into a tie below', 7, '9:4 5:2 3:1 7:1'],
  ['last stays last', 3, '9:4 5:2 7:2 3:0.5'],
  ['absent', 6, '–'],
]);

table('knock-down to a quarter', (gene) => knockDownGenes(read(CELL), [gene], 0.25), '–', [
  ['first falls into the tie at 1', 9, '5:2 7:2 3:1 9:1'],
  ['one of a tie', 5, '9:4 7:2 3:1 5:0.5'],
  ['absent', 6, '–'],
]);

table('knock-down to nothing: the gene is last, its value 0', (gene) => knockDownGenes(read(CELL), [gene], 0), '–', [
  ['first', 9, '5:2 7:2 3:1 9:0'],
  ['last', 3, '9:4 5:2 7:2 3:0'],
  ['absent', 6, '–'],
]);

table(
  'over-express to 2, room to spare',
  (gene) => overExpressGenes(read(CELL), [{ tokenId: gene, value: 2 }], ROOMY),
  '=',
  [
    ['lower: rises into the tie, where it is the lowest gene', 3, '9:4 3:2 5:2 7:2'],
    ['has the dose', 5, '='],
    ['has more', 9, '='],
    ['absent: inserted within the tie', 6, '9:4 5:2 6:2 7:2 3:1'],
    ['absent: inserted after the tie', 8, '9:4 5:2 7:2 8:2 3:1'],
  ],
);

table(
  'over-express to 2, full context',
  (gene) => overExpressGenes(read(CELL), [{ tokenId: gene, value: 2 }], FULL),
  '=',
  [
    ['lower: nothing is lost', 3, '9:4 3:2 5:2 7:2'],
    ['absent: the last gene is cut off', 6, '9:4 5:2 6:2 7:2'],
  ],
);

table(
  'over-express to 0.5, full context',
  (gene) => overExpressGenes(read(CELL), [{ tokenId: gene, value: 0.5 }], FULL),
  '=',
  [['absent: it ranks below what is read', 6, '=']],
);

table('to rank 0, as Geneformer over-expresses', (gene) => moveToRank(read(CELL), gene, 0, FULL), '=', [
  ['lower: takes the value of the gene it displaces', 3, '3:4 9:4 5:2 7:2'],
  ['first already: displaces none', 9, '='],
  ['absent: inserted, the last gene is cut off', 6, '6:4 9:4 5:2 7:2'],
]);

table('to rank 0, room to spare', (gene) => moveToRank(read(CELL), gene, 0, ROOMY), '=', [
  ['absent: inserted, nothing is lost', 6, '6:4 9:4 5:2 7:2 3:1'],
]);

table('to rank 1', (gene) => moveToRank(read(CELL), gene, 1, FULL), '=', [
  ['first goes last', 9, '5:2 7:2 3:1 9:1'],
  ['last already', 3, '='],
  ['absent: displaces the last of a full context', 6, '9:4 5:2 7:2 6:1'],
]);

table('published over-expression', (gene) => publishedOverExpressGenes(read(CELL), [gene]), '–', [
  ['lower: first, its value four orders out of range', 3, '3:10000 9:4 5:2 7:2'],
  ['one of a tie', 7, '7:20000 9:4 5:2 3:1'],
  ['first: only its value changes', 9, '9:40000 5:2 7:2 3:1'],
  ['absent: the script leaves the cell out', 6, '–'],
]);

describe('published over-expression', () => {
  const raise = (cell: string, genes: number[]) => write(publishedOverExpressGenes(read(cell), genes), '–');

  it('of several genes at once keeps their order', () => {
    expect(raise(CELL, [3, 5])).toBe('5:20000 3:10000 9:4 7:2');
    expect(raise(CELL, [5, 7])).toBe('5:20000 7:20000 9:4 3:1');
    expect(raise(CELL, [6, 3])).toBe('3:10000 9:4 5:2 7:2');
  });

  it('sorts stably: a gene that meets a value stays behind it, whatever its number', () => {
    expect(raise('9:20000 5:3 2:2', [2])).toBe('9:20000 2:20000 5:3');
  });

  it('takes the place of no gene of a full context, since it inserts none', () => {
    expect(read(raise(CELL, [3])).tokenIds).toHaveLength(FULL);
  });
});

describe('over-expression doses', () => {
  // Gene 4 is expressed at 1, 2, 3, 4 and 11 in five cells of six; gene 6 in none.
  const values = [1, 2, 3, 4, 11];
  const tokens: TokenSet = {
    vocabularyId: 'v',
    vocabularyHash: 'h',
    maxLength: 8,
    nCells: 6,
    offsets: Float64Array.of(0, 1, 2, 3, 4, 5, 6),
    tokenIds: Int32Array.of(4, 4, 4, 4, 4, 5),
    values: Float32Array.from([...values, 7]),
    species: new Uint8Array(6),
    cellIndex: Int32Array.of(0, 1, 2, 3, 4, 5),
  };
  const statistics = tokenStatistics(tokens, 8, 8);
  const dose = (gene: number, percentile: number) =>
    percentileDoses(tokens, statistics, [gene], { percentile, maxLength: 8 })[0];

  // 0.9 × 4 steps = 3.6: 4 + 0.6 × (11 − 4); numpy.quantile([1, 2, 3, 4, 11], 0.9) = 8.2.
  it.each([
    ['median', 0.5, 3],
    ['90th percentile', 0.9, 8.2],
    ['maximum', 1, 11],
  ])('are the %s of the cells that express the gene', (_name, percentile, expected) =>
    expect(dose(4, percentile)).toBeCloseTo(expected, 12),
  );

  it('of a gene seen once are that value, of a gene never seen are none', () => {
    for (const percentile of [0.5, 0.9, 1]) expect(dose(5, percentile)).toBe(7);
    expect(dose(6, 0.9)).toBeNaN();
  });

  it('put the gene where its dose ranks', () => {
    const raised = (percentile: number) =>
      write(overExpressGenes(read('9:9 5:5 7:2'), [{ tokenId: 4, value: dose(4, percentile) }], 4), '=');
    expect(raised(0.5)).toBe('9:9 5:5 4:3 7:2');
    expect(raised(0.9)).toBe(`9:9 4:${Math.fround(8.2)} 5:5 7:2`);
    expect(raised(1)).toBe('4:11 9:9 5:5 7:2');
  });
});
