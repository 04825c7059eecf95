import type { CsrChunk, Dataset } from '../types.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import { haemoglobinGenes, mitochondrialGenes, ribosomalGenes } from './gene-groups.ts';
import { TopSum } from './top-share.ts';

/** Quality measures of every cell; arrays run over the cells of the dataset. */
export interface CellMetrics {
  nCells: number;
  totalCounts: Float64Array;
  detectedGenes: Int32Array;
  /** Detected protein-coding and miRNA genes; all detected genes where the dataset's core genes are not known. */
  coreGenes: Int32Array;
  /** Shares of the total count, 0 to 1; 0 in an empty cell. */
  mitoFraction: Float64Array;
  ribosomalFraction: Float64Array;
  /** log10(detected genes) / log10(total counts): low in cells with few transcripts amplified often; 0 below two counts. */
  complexity: Float64Array;
  nMitoGenes: number;
  nRibosomalGenes: number;
  /** 0 to 1, NaN in a cell that was not scored; absent where doublets were not scored at all. */
  doubletScore?: Float32Array;
}

/** What describes a cell beyond what rules ask for. */
export interface CellComposition {
  /** Share of the total count in the 50 highest genes of the cell. */
  topFraction: Float64Array;
  haemoglobinFraction: Float64Array;
}

export interface MetricOptions {
  /** Ensembl ids of protein-coding and miRNA genes. */
  coreGeneIds?: ReadonlySet<string>;
  /** Filled along the way where given. */
  composition?: CellComposition;
  onCells?: StepHook;
}

/** Measures every cell in one pass over the counts. */
export async function cellMetrics(dataset: Dataset, options: MetricOptions = {}): Promise<CellMetrics> {
  const { counts, genes } = dataset;
  const mito = mitochondrialGenes(genes);
  const ribosomal = ribosomalGenes(genes);
  const { coreGeneIds, composition } = options;
  const haemoglobin = haemoglobinGenes(genes);
  const top = new TopSum();
  const core = Uint8Array.from(genes, (gene) => (!coreGeneIds || coreGeneIds.has(gene.id) ? 1 : 0));
  const metrics: CellMetrics = {
    nCells: counts.nCells,
    totalCounts: new Float64Array(counts.nCells),
    detectedGenes: new Int32Array(counts.nCells),
    coreGenes: new Int32Array(counts.nCells),
    mitoFraction: new Float64Array(counts.nCells),
    ribosomalFraction: new Float64Array(counts.nCells),
    complexity: new Float64Array(counts.nCells),
    nMitoGenes: mito.reduce((sum, flag) => sum + flag, 0),
    nRibosomalGenes: ribosomal.reduce((sum, flag) => sum + flag, 0),
  };
  for (const chunk of chunksOf(counts)) {
    for (let row = 0; row < chunk.nCells; row++) {
      let total = 0;
      let mitoTotal = 0;
      let ribosomalTotal = 0;
      let detected = 0;
      let detectedCore = 0;
      for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
        const count = chunk.data[at];
        if (!(count > 0)) continue;
        const gene = chunk.indices[at];
        total += count;
        detected++;
        detectedCore += core[gene];
        if (mito[gene]) mitoTotal += count;
        else if (ribosomal[gene]) ribosomalTotal += count;
      }
      const cell = chunk.start + row;
      if (composition && total > 0) describe(composition, cell, chunk, row, total, haemoglobin, top);
      metrics.totalCounts[cell] = total;
      metrics.detectedGenes[cell] = detected;
      metrics.coreGenes[cell] = detectedCore;
      metrics.mitoFraction[cell] = total > 0 ? mitoTotal / total : 0;
      metrics.ribosomalFraction[cell] = total > 0 ? ribosomalTotal / total : 0;
      metrics.complexity[cell] = total >= 2 ? Math.log10(detected) / Math.log10(total) : 0;
    }
    await options.onCells?.(chunk.start + chunk.nCells, counts.nCells);
  }
  return metrics;
}

/** Space for the composition of every cell of a dataset. */
export function emptyComposition(nCells: number): CellComposition {
  return { topFraction: new Float64Array(nCells), haemoglobinFraction: new Float64Array(nCells) };
}

function describe(
  into: CellComposition,
  cell: number,
  chunk: CsrChunk,
  row: number,
  total: number,
  haemoglobin: Uint8Array,
  top: TopSum,
): void {
  let globin = 0;
  top.clear();
  for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
    const count = chunk.data[at];
    if (!(count > 0)) continue;
    top.add(count);
    if (haemoglobin[chunk.indices[at]]) globin += count;
  }
  into.topFraction[cell] = top.sum / total;
  into.haemoglobinFraction[cell] = globin / total;
}
