import type { ImportConfig, ImportReport } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { StepHook } from '../count-source.ts';
import type { GeneResolver } from '../genes/resolver.ts';
import { packInPlace, type PackRunner } from '../packing/packing.ts';
import type { DatasetSink } from './dataset-sink.ts';
import { discover, type FoundSample } from './samples/discover.ts';
import { importParts } from './samples/import-parts.ts';
import { uniqueNames } from './samples/names.ts';
import { PartGenes } from './samples/part-genes.ts';
import { GeneLists, planSample } from './samples/sample-plan.ts';
import { partBySpecies, type PlanGroup } from './samples/species-parts.ts';

export interface ImportOptions {
  signal?: AbortSignal;
  /** Called after each chunk with the cells done so far. */
  onProgress?: StepHook;
  /** Who packs the counts; the calling thread without it. Asked once the number of cells is known. */
  packer?: (nCells: number) => Promise<PackRunner>;
}

const SPECIES: readonly Species[] = ['human', 'mouse'];

/**
 * Streams files into a sink as one dataset: counts only, genes as Ensembl ids, duplicates summed, samples one after the other.
 *
 * Throws not-found, data-format, unsupported, invalid-input, cancelled. When it throws, what the sink received is to be discarded.
 */
export async function importDataset(
  config: ImportConfig,
  resolver: GeneResolver,
  sink: DatasetSink,
  options: ImportOptions = {},
): Promise<ImportReport> {
  let isUsed = false;
  const open = (): DatasetSink => {
    if (isUsed) throw new Error('one sink takes the cells of one species');
    isUsed = true;
    return sink;
  };
  const [report] = await importDatasets(config, resolver, open, options);
  return report;
}

/** As `importDataset`, into a sink for each species that is found: human first. */
export async function importDatasets(
  config: ImportConfig,
  resolver: GeneResolver,
  openSink: (species: Species) => DatasetSink,
  { signal, onProgress, packer }: ImportOptions = {},
): Promise<ImportReport[]> {
  const { samples, notes } = await discover(config.input);
  const groups: PlanGroup[] = [];
  try {
    const lists = new GeneLists();
    for (const sample of named(samples, config)) {
      groups.push(await planSample(sample, config, lists, samples.length === 1));
      stopIfAborted(signal, groups[0][0].label);
    }
    const label = samples.length === 1 ? groups[0][0].label : 'Samples';
    let done = 0;
    let total = groups.flat().reduce((sum, { nCells }) => sum + nCells, 0);
    const hook = async (nCells: number): Promise<void> => {
      stopIfAborted(signal, label);
      done += nCells;
      await onProgress?.(Math.min(done, total), total);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const { parts, split } = await partBySpecies(groups, config, hook);
    total = done + parts.reduce((sum, { plan }) => sum + plan.nCells, 0);
    const partGenes = new PartGenes(resolver, config);
    const packRunner = (await packer?.(total)) ?? packInPlace;
    const reports: ImportReport[] = [];
    for (const species of SPECIES) {
      const own = parts.filter((part) => part.species === species);
      if (own.length === 0) continue;
      const report = await importParts(own, config, partGenes, openSink(species), split, packRunner, hook);
      reports.push({ ...report, warnings: [...notes, ...report.warnings] });
    }
    if (reports.length === 0) {
      throw new WorkbenchError(
        'data-format',
        `${label}: no cell is ${config.species}; choose another species, or both to see what there is.`,
      );
    }
    return reports;
  } finally {
    for (const { file } of groups.flat()) file.close();
  }
}

/** Samples with the names that were given for them; an empty one keeps its own. Throws invalid-input. */
function named(samples: readonly FoundSample[], { sampleNames }: ImportConfig): FoundSample[] {
  if (!sampleNames) return [...samples];
  if (sampleNames.length !== samples.length) {
    throw new WorkbenchError(
      'invalid-input',
      `Sample names: ${sampleNames.length} for ${samples.length} samples, one for each is expected; they are ${samples
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}${samples.length > 5 ? ', …' : ''}.`,
    );
  }
  const names = samples.map(({ name }, i) => sampleNames[i] || name);
  const unique = uniqueNames(names);
  const twice = names.find((name, i) => name !== unique[i]);
  if (twice !== undefined) {
    throw new WorkbenchError(
      'invalid-input',
      `Sample names: ${twice} is given to two samples; give each a name of its own.`,
    );
  }
  return samples.map((sample, i) => ({ ...sample, name: names[i] }));
}

function stopIfAborted(signal: AbortSignal | undefined, label: string): void {
  if (signal?.aborted) throw new WorkbenchError('cancelled', `${label}: the import was cancelled; nothing was kept.`);
}
