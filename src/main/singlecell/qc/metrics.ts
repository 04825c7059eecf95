import { requireEnds } from '../packed-rows.ts';
import type { CsrChunk, Dataset, PackedChunk } from '../types.ts';
import type { StepHook } from '../count-source.ts';
import { type CellPass, inPlace, type PassRunner } from '../passes/cell-pass.ts';
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
  /** Who goes over the cells; the calling thread without it. */
  runner?: PassRunner;
}

/** Which genes count for what. Index = gene of the dataset. */
export interface MetricGenes {
  mito: Uint8Array;
  ribosomal: Uint8Array;
  core: Uint8Array;
  /** Only where the composition is asked for. */
  haemoglobin: Uint8Array | null;
}

/** Measures of the cells of a range. */
interface Measured {
  metrics: CellMetrics;
  composition: CellComposition | null;
}

export const METRICS_PASS: CellPass<MetricGenes, Measured, null> = {
  name: 'metrics',
  begin: (genes) => ({
    range: (chunk) => ({
      metrics: measure(chunk, genes),
      composition: genes.haemoglobin ? describe(chunk, genes.haemoglobin) : null,
    }),
    ...(genes.haemoglobin ? {} : { packed: (chunk) => ({ metrics: measurePacked(chunk, genes), composition: null }) }),
    end: () => null,
  }),
};

/** Measures every cell in one pass over the counts. */
export async function cellMetrics(dataset: Dataset, options: MetricOptions = {}): Promise<CellMetrics> {
  const { counts, genes } = dataset;
  const { coreGeneIds, composition, runner = inPlace(counts) } = options;
  const groups = {
    mito: mitochondrialGenes(genes),
    ribosomal: ribosomalGenes(genes),
    core: Uint8Array.from(genes, (gene) => (!coreGeneIds || coreGeneIds.has(gene.id) ? 1 : 0)),
    haemoglobin: composition ? haemoglobinGenes(genes) : null,
  };
  const metrics = emptyMetrics(counts.nCells, groups);
  await runner.run(METRICS_PASS, groups, async ({ result, start, end }) => {
    copyArrays(result.metrics, metrics, start);
    if (composition) copyArrays(result.composition!, composition, start);
    await options.onCells?.(end, counts.nCells);
  });
  return metrics;
}

function emptyMetrics(nCells: number, { mito, ribosomal }: MetricGenes): CellMetrics {
  const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0);
  return {
    nCells,
    totalCounts: new Float64Array(nCells),
    detectedGenes: new Int32Array(nCells),
    coreGenes: new Int32Array(nCells),
    mitoFraction: new Float64Array(nCells),
    ribosomalFraction: new Float64Array(nCells),
    complexity: new Float64Array(nCells),
    nMitoGenes: sum(mito),
    nRibosomalGenes: sum(ribosomal),
  };
}

function measure({ nCells, indptr, indices, data }: CsrChunk, groups: MetricGenes): CellMetrics {
  const { mito, ribosomal, core } = groups;
  const metrics = emptyMetrics(nCells, groups);
  for (let cell = 0; cell < nCells; cell++) {
    let total = 0;
    let mitoTotal = 0;
    let ribosomalTotal = 0;
    let detected = 0;
    let detectedCore = 0;
    for (let at = indptr[cell]; at < indptr[cell + 1]; at++) {
      const count = data[at];
      if (!(count > 0)) continue;
      const gene = indices[at];
      total += count;
      detected++;
      detectedCore += core[gene];
      if (mito[gene]) mitoTotal += count;
      else if (ribosomal[gene]) ribosomalTotal += count;
    }
    note(metrics, cell, { total, mitoTotal, ribosomalTotal, detected, detectedCore });
  }
  return metrics;
}

interface CellSums {
  total: number;
  mitoTotal: number;
  ribosomalTotal: number;
  detected: number;
  detectedCore: number;
}

function note(metrics: CellMetrics, cell: number, sums: CellSums): void {
  const { total, mitoTotal, ribosomalTotal, detected, detectedCore } = sums;
  metrics.totalCounts[cell] = total;
  metrics.detectedGenes[cell] = detected;
  metrics.coreGenes[cell] = detectedCore;
  metrics.mitoFraction[cell] = total > 0 ? mitoTotal / total : 0;
  metrics.ribosomalFraction[cell] = total > 0 ? ribosomalTotal / total : 0;
  metrics.complexity[cell] = total >= 2 ? Math.log10(detected) / Math.log10(total) : 0;
}

/** What a gene counts for, in one byte: 1 mitochondrial, 2 ribosomal and not mitochondrial, 4 core. */
function geneFlags({ mito, ribosomal, core }: MetricGenes): Uint8Array {
  return mito.map((isMito, gene) => (isMito ? 1 : ribosomal[gene] ? 2 : 0) | (core[gene] ? 4 : 0));
}

/** As `measure`: counts that are stored packed are whole, so their sums are the same in any order. */
function measurePacked({ nCells, indptr, genes, counts }: PackedChunk, groups: MetricGenes): CellMetrics {
  const flags = geneFlags(groups);
  const metrics = emptyMetrics(nCells, groups);
  let geneAt = 0;
  let countAt = 0;
  for (let cell = 0; cell < nCells; cell++) {
    let total = 0;
    let mitoTotal = 0;
    let ribosomalTotal = 0;
    let detectedCore = 0;
    let gene = 0;
    const detected = indptr[cell + 1] - indptr[cell];
    for (let i = 0; i < detected; i++) {
      let step = genes[geneAt++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[geneAt++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      let count = counts[countAt++];
      if (count > 127) {
        count &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = counts[countAt++];
          count |= (next & 127) << shift;
        }
      }
      total += count;
      const flag = flags[gene];
      detectedCore += flag >>> 2;
      if (flag & 1) mitoTotal += count;
      else if (flag & 2) ribosomalTotal += count;
    }
    note(metrics, cell, { total, mitoTotal, ribosomalTotal, detected, detectedCore });
  }
  requireEnds(genes, geneAt, counts, countAt);
  return metrics;
}

/** Space for the composition of every cell of a dataset. */
export function emptyComposition(nCells: number): CellComposition {
  return { topFraction: new Float64Array(nCells), haemoglobinFraction: new Float64Array(nCells) };
}

function describe({ nCells, indptr, indices, data }: CsrChunk, haemoglobin: Uint8Array): CellComposition {
  const into = emptyComposition(nCells);
  const top = new TopSum();
  for (let cell = 0; cell < nCells; cell++) {
    let total = 0;
    let globin = 0;
    top.clear();
    for (let at = indptr[cell]; at < indptr[cell + 1]; at++) {
      const count = data[at];
      if (!(count > 0)) continue;
      total += count;
      top.add(count);
      if (haemoglobin[indices[at]]) globin += count;
    }
    if (total === 0) continue;
    into.topFraction[cell] = top.sum / total;
    into.haemoglobinFraction[cell] = globin / total;
  }
  return into;
}

/** Copies the arrays of a range of cells to their place among those of all cells. */
function copyArrays<T extends object>(from: T, into: T, start: number): void {
  for (const [key, values] of Object.entries(into)) {
    if (ArrayBuffer.isView(values)) (values as Float64Array).set(from[key as keyof T] as never, start);
  }
}
