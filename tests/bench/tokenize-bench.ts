import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { prepareTokens } from '#singlecell/tokenize/prepare.ts';
import { memoryCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';
import { makeCells } from '#tests/support/make-cells.ts';

const N_MADE = 400;
const N_CELLS = 4000;
const N_GENES = 8000;

/** Quality masks, gene medians and rank-value encoding of cells with about 1,500 genes each, on one core. */
export async function benchTokenize(): Promise<{ name: string; value: number; unit: string }[]> {
  const dataset = repeated(makeCells({ nCells: N_MADE, nGenes: N_GENES, meanCounts: 3000 }), N_CELLS / N_MADE);
  const seconds = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const start = performance.now();
    const result = await work();
    return [result, (performance.now() - start) / 1000];
  };
  const [metrics, qcSeconds] = await seconds(() => cellMetrics(dataset));
  const qc = applyQcRules(metrics, resolveQcRules('none'));
  const [prepared, tokenSeconds] = await seconds(() =>
    prepareTokens(dataset, qc, { maxLength: 2048, minCellsPerGene: 1 }),
  );
  const { tokens } = prepared;
  return [
    { name: 'quality metrics', value: Math.round(N_CELLS / qcSeconds), unit: 'cells/s' },
    { name: 'medians and rank-value encoding', value: Math.round(N_CELLS / tokenSeconds), unit: 'cells/s' },
    { name: 'genes per encoded cell', value: Math.round(tokens.tokenIds.length / tokens.nCells), unit: 'genes' },
  ];
}

/** The same cells several times over: making counts is slower than encoding them. */
function repeated(dataset: Dataset, times: number): Dataset {
  const chunk = dataset.counts.rows(0, dataset.counts.nCells);
  const n = chunk.data.length;
  const indices = new Int32Array(n * times);
  const data = new Float32Array(n * times);
  const indptr = new Float64Array(chunk.nCells * times + 1);
  for (let i = 0; i < times; i++) {
    indices.set(chunk.indices, i * n);
    data.set(chunk.data, i * n);
    for (let row = 1; row <= chunk.nCells; row++) indptr[i * chunk.nCells + row] = i * n + chunk.indptr[row];
  }
  return { ...dataset, counts: memoryCounts({ nGenes: chunk.nGenes, indptr, indices, data }) };
}
