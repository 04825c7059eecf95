import { CounterRandom } from '#shared/util/random.ts';
import type { ScreenGene } from '#screen/types.ts';
import { compareRank } from '#singlecell/perturb/operators.ts';
import type { ObsColumn, HeldTokenSet, Vocabulary } from '#singlecell/types.ts';

export interface SmallWorld {
  tokens: HeldTokenSet;
  vocabulary: Vocabulary;
  labels: ObsColumn;
  donors: ObsColumn;
  genes: ScreenGene[];
  detections: Int32Array;
}

/** Cells of three states over four donors with random genes; gene 0 of each fate marks it. Every third gene is a TF. */
export function makeTokenSet(options: { nCells?: number; nGenes?: number; seed?: number } = {}): SmallWorld {
  const { nCells = 120, nGenes = 90, seed = 1 } = options;
  const random = new CounterRandom(seed, 'token-set');
  const states = ['progenitor', 'monocyte', 'b-cell'];
  const codes = Int32Array.from({ length: nCells }, (_, cell) => cell % 3);
  const rows = Array.from({ length: nCells }, (_, cell) =>
    Array.from({ length: nGenes }, (_, gene): [number, number] => {
      const at = cell * nGenes + gene;
      // The markers are rare in progenitors, so that over-expression brings something new.
      const rate = gene < 2 ? (codes[cell] === gene + 1 ? 0.9 : 0.1) : 0.15 + 0.5 * random.uniform(gene + 1_000_000);
      const value = Math.round(4 * (1 + 2 * random.uniform(at + 2_000_000))) / 4;
      return [gene + 2, random.uniform(at) < rate ? value : 0];
    })
      .filter(([, value]) => value > 0)
      .sort((a, b) => compareRank(a[0], a[1], b[0], b[1])),
  );
  const offsets = new Float64Array(nCells + 1);
  rows.forEach((row, cell) => (offsets[cell + 1] = offsets[cell] + row.length));
  const genes = Array.from({ length: nGenes }, (_, gene) => ({
    id: `ENSG${String(gene).padStart(11, '0')}`,
    symbol: `GENE${gene}`,
    isTranscriptionFactor: gene < 2 || gene % 3 === 0,
  }));
  const detections = new Int32Array(nGenes);
  for (const [id] of rows.flat()) detections[id - 2]++;
  return {
    tokens: {
      vocabularyId: 'own',
      vocabularyHash: 'hash',
      maxLength: 64,
      nCells,
      offsets,
      tokenIds: Int32Array.from(rows.flat(), ([id]) => id),
      values: Float32Array.from(rows.flat(), ([, value]) => value),
      species: new Uint8Array(nCells),
      cellIndex: Int32Array.from({ length: nCells }, (_, cell) => cell),
    },
    vocabulary: {
      id: 'own',
      hash: 'hash',
      tokens: ['<pad>', '<mask>', ...genes.map((gene) => gene.id)],
      homologs: new Map(),
    },
    labels: { name: 'cell_type', kind: 'categorical', categories: states, codes },
    donors: {
      name: 'donor',
      kind: 'categorical',
      categories: ['d1', 'd2', 'd3', 'd4'],
      codes: Int32Array.from({ length: nCells }, (_, cell) => Math.floor(cell / 3) % 4),
    },
    genes,
    detections,
  };
}
