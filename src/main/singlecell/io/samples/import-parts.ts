import type { ImportConfig, ImportReport, SampleReport, SpeciesSplit } from '#shared/domain/dataset.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { PackedCells } from '../../packing/packed-cells.ts';
import type { PackRunner } from '../../packing/packing.ts';
import type { DatasetSink } from '../dataset-sink.ts';
import { geneReport, GeneTally } from '../gene-report.ts';
import type { GeneMapping } from '../import-genes.ts';
import { labelled } from '../import-obs.ts';
import { CountPrint } from './count-print.ts';
import type { CountHook } from './count-share.ts';
import { mergeCellIds } from './merge-cells.ts';
import { mergeGenes, overlapWords, type MergedGenes } from './merge-genes.ts';
import { freeName, mergeObs, sampleColumn } from './merge-obs.ts';
import { packPart } from './pack-part.ts';
import type { PartGenes } from './part-genes.ts';
import { withSample } from './sample-plan.ts';
import { fewNames, sayOnce } from './say.ts';
import { nCellsOf, type SpeciesPart } from './species-parts.ts';

/** What one part gave. */
interface PartResult {
  part: SpeciesPart;
  mapping: GeneMapping;
  warnings: string[];
  kept: number;
  total: number;
  cellsWithoutCounts: number;
  /** Equal for equal counts in equal order. */
  print: string;
}

/** Streams the parts of one species into one dataset. Throws data-format, not-found, cancelled. */
export async function importParts(
  parts: readonly SpeciesPart[],
  config: ImportConfig,
  partGenes: PartGenes,
  sink: DatasetSink,
  split: SpeciesSplit | null,
  packer: PackRunner,
  hook: CountHook,
): Promise<ImportReport> {
  const { species, plan: first } = parts[0];
  const isMerge = parts.length > 1;
  const general: string[] = [];
  const results: PartResult[] = parts.map((part) => {
    const warnings = [...part.plan.warnings];
    const mapping = partGenes.of(part, warnings);
    return { part, mapping, warnings, kept: 0, total: 0, cellsWithoutCounts: 0, print: '' };
  });
  const mappings = new Set(results.map(({ mapping }) => mapping));
  const merged = mergeGenes(mappings, config.genes);
  const samples = parts.map((part) => ({
    name: part.plan.sample,
    nCells: nCellsOf(part),
    cellIds: part.rows ? Array.from(part.rows, (row) => part.plan.cellIds[row]) : part.plan.cellIds,
  }));
  const obs = mergeObs(
    parts.map(({ plan, rows }) => ({ obs: plan.obs, nCells: plan.nCells, rows })),
    general,
  );
  const ofSample = isMerge ? freeName(obs.map(({ name }) => name)) : null;
  if (ofSample !== null) obs.unshift(sampleColumn(ofSample, samples));
  const columns = labelled(isMerge ? 'Samples' : first.label, obs, config, general);
  const cellIds = mergeCellIds(samples, general);

  await sink.begin({ species, genes: merged.genes, cellIds });
  const tallies = new Map<GeneMapping, GeneTally>();
  for (const result of results) {
    const target = merged.targets.get(result.mapping)!;
    const tally = await importPart(result, { target, nGenes: merged.genes.length, isMerge }, sink, packer, hook);
    const known = tallies.get(result.mapping);
    if (known) known.join(tally);
    else tallies.set(result.mapping, tally);
  }
  if (results.every(({ kept }) => kept === 0)) {
    throw new WorkbenchError(
      'data-format',
      `${isMerge ? 'Samples' : first.label}: ${first.matrix} holds no counts at all; choose another matrix.`,
    );
  }
  for (const column of columns.all) await sink.obs(column);
  const rows = geneRows(tallies, merged);
  const kept = rows.flatMap(({ gene, counts }) => (gene ? [{ id: gene.id, counts }] : []));
  const orthologs = partGenes.orthologs.shares(summed(kept), species);
  await sink.geneReport(rows);
  await sink.finish();
  const sharedCounts = shareOfShared(tallies, merged);
  const overlap = overlapWords(config.genes, merged, sharedCounts);
  if (overlap !== null) general.push(overlap);
  if (isMerge) warnOfDoubles(results, general);
  return {
    ...report(results, {
      species,
      merged,
      sharedCounts,
      labels: columns.labels,
      sampleColumn: ofSample,
      split,
      general,
    }),
    orthologs,
  };
}

async function importPart(
  result: PartResult,
  { target, nGenes, isMerge }: { target: Int32Array; nGenes: number; isMerge: boolean },
  sink: DatasetSink,
  packer: PackRunner,
  hook: CountHook,
): Promise<GeneTally> {
  const { part, mapping } = result;
  const { plan } = part;
  const print = new CountPrint();
  let nRead = 0;
  const take = async (cells: PackedCells, nCells: number): Promise<void> => {
    nRead += nCells;
    if (cells.nCells > 0) {
      countEmpty(result, cells);
      if (isMerge) print.add(cells);
      await sink.cells(cells);
    }
    await hook(nCells);
  };
  const tally = await plan.file
    .use((file) => packPart(file, part, { target, nGenes }, packer, take))
    .catch((thrown: unknown) => {
      throw withSample(thrown, plan.label, plan.fileName);
    });
  if (nRead !== plan.nCells) {
    throw new WorkbenchError(
      'data-format',
      `${plan.label}: ${nRead} cells were read where ${plan.nCells} were announced; it changed or is damaged, import it again.`,
    );
  }
  result.print = print.text();
  result.total = tally.total((column) => mapping.isGene[column]);
  result.kept = tally.total((column) => target[column] >= 0);
  return tally;
}

function countEmpty(result: PartResult, { entryEnds }: PackedCells): void {
  let last = 0;
  for (const end of entryEnds) {
    if (end === last) result.cellsWithoutCounts++;
    last = end;
  }
}

/** Share of the counts of known genes that lies in genes of every sample. */
function shareOfShared(tallies: ReadonlyMap<GeneMapping, GeneTally>, { isShared }: MergedGenes): number {
  let shared = 0;
  let all = 0;
  for (const [{ genes, target }, tally] of tallies) {
    const has = genes.map(({ id }) => isShared(id));
    all += tally.total((column) => target[column] >= 0);
    shared += tally.total((column) => target[column] >= 0 && has[target[column]]);
  }
  return shared / all;
}

/** What became of every gene name; those that not every sample measured say so. */
function geneRows(tallies: ReadonlyMap<GeneMapping, GeneTally>, { targets }: MergedGenes): GeneReportRow[] {
  return geneReport(
    [...tallies].map(([mapping, tally]) => {
      const target = targets.get(mapping)!;
      const outcomes = mapping.outcomes.map((outcome, column) =>
        outcome?.status === 'matched' && target[column] < 0
          ? { ...outcome, reason: 'left out: not every sample measured it' }
          : outcome,
      );
      return { mapping: { ...mapping, outcomes }, tally };
    }),
  );
}

/** Counts of the same gene under several names are one. */
function summed(genes: readonly { id: string; counts: number }[]): { id: string; counts: number }[] {
  const sums = new Map<string, number>();
  for (const { id, counts } of genes) sums.set(id, (sums.get(id) ?? 0) + counts);
  return [...sums].map(([id, counts]) => ({ id, counts }));
}

function warnOfDoubles(results: readonly PartResult[], warnings: string[]): void {
  const names = new Map<string, string[]>();
  for (const { print, part, kept } of results) {
    if (kept > 0) names.set(print, [...(names.get(print) ?? []), part.plan.sample]);
  }
  for (const same of names.values()) {
    if (same.length > 1) warnings.push(`${fewNames(same)} hold the same counts cell by cell: import one of them only.`);
  }
}

function report(
  results: readonly PartResult[],
  told: {
    species: ImportReport['species'];
    merged: MergedGenes;
    sharedCounts: number;
    labels: string[];
    sampleColumn: string | null;
    split: SpeciesSplit | null;
    general: string[];
  },
): ImportReport {
  const { merged, general } = told;
  const isMerge = results.length > 1;
  const mappings = [...new Set(results.map(({ mapping }) => mapping))];
  const sum = (of: (result: PartResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const sumGenes = (of: (mapping: GeneMapping) => number) => mappings.reduce((total, one) => total + of(one), 0);
  const matchedBy: Record<string, number> = {};
  for (const mapping of mappings)
    for (const [by, n] of Object.entries(mapping.matchedBy)) matchedBy[by] = (matchedBy[by] ?? 0) + n;
  const cellsWithoutCounts = sum((result) => result.cellsWithoutCounts);
  const said = sayOnce(results.map(({ part, warnings }) => ({ name: part.plan.sample, warnings })));
  const warnings = [...said, ...splitWarnings(told.split), ...general];
  if (cellsWithoutCounts === 1) warnings.push('1 cell has no counts.');
  if (cellsWithoutCounts > 1) warnings.push(`${cellsWithoutCounts.toLocaleString('en')} cells have no counts.`);
  return {
    nCells: sum(({ part }) => nCellsOf(part)),
    nGenes: merged.genes.length,
    species: told.species,
    labelColumns: told.labels,
    matrix: [...new Set(results.map(({ part }) => part.plan.matrix))].join(', '),
    genesInFile: sumGenes(({ nInFile }) => nInFile),
    genesMatched: sumGenes(({ nMatched }) => nMatched),
    genesMatchedBy: matchedBy,
    genesAmbiguous: sumGenes(({ nAmbiguous }) => nAmbiguous),
    genesMissing: sumGenes(({ nMissing }) => nMissing),
    duplicatesSummed: sumGenes(({ duplicatesSummed }) => duplicatesSummed),
    countsKept: sum(({ kept }) => kept) / sum(({ total }) => total),
    cellsWithoutCounts,
    missingExamples: [...new Set(mappings.flatMap(({ missingExamples }) => missingExamples))].slice(0, 20),
    warnings,
    samples: isMerge ? results.map((result) => sampleReport(result, merged)) : [],
    sampleColumn: told.sampleColumn,
    geneOverlap: isMerge ? { shared: merged.shared, all: merged.all, sharedCounts: told.sharedCounts } : null,
    speciesSplit: told.split,
  };
}

function sampleReport(
  { part, mapping, warnings, kept, total, cellsWithoutCounts }: PartResult,
  { targets }: MergedGenes,
): SampleReport {
  const used = new Set(targets.get(mapping));
  used.delete(-1);
  return {
    name: part.plan.sample,
    format: part.plan.format,
    matrix: part.plan.matrix,
    nCells: nCellsOf(part),
    genesInFile: mapping.nInFile,
    genesMatched: mapping.nMatched,
    nGenes: used.size,
    countsKept: total > 0 ? kept / total : 1,
    cellsWithoutCounts,
    warnings,
  };
}

function splitWarnings(split: SpeciesSplit | null): string[] {
  if (!split || split.by === 'sample') return [];
  const n = (value: number) => value.toLocaleString('en');
  const left =
    split.by === 'genes' ? 'hold counts of both species or none and were left out' : 'are of neither and were left out';
  const rest = split.leftOut > 0 ? `; ${n(split.leftOut)} ${left}` : '';
  return [
    `By ${split.by === 'genes' ? 'their counts' : 'annotation'}, ${n(split.human)} cells are human and ${n(split.mouse)} mouse${rest}.`,
  ];
}
