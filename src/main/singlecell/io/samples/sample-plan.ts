import { createHash } from 'node:crypto';
import type { ImportConfig } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn } from '../../types.ts';
import { chooseMatrix } from '../counts-check.ts';
import { otherFeatures } from '../feature-types.ts';
import { chosenColumns, readObs, uniqueCellIds } from '../import-obs.ts';
import { openPlace } from '../open.ts';
import type { FileFormat, FileGenes, OpenDataset, OpenOptions } from '../reader.ts';
import type { FoundSample } from './discover.ts';

/** What is known of one sample before its counts are read. */
export interface SamplePlan {
  /** Of the sample; the same for both genomes of one file. */
  sample: string;
  /** For messages. */
  label: string;
  fileName: string;
  format: FileFormat;
  /** Of a file with one matrix for each genome. */
  genome: string | null;
  matrix: string;
  nCells: number;
  genes: FileGenes;
  cellIds: string[];
  obs: ObsColumn[];
  warnings: string[];
  file: SampleFile;
}

/** A sample that is opened when it is read and closed in between, so that any number can be merged. */
export class SampleFile {
  readonly #sample: FoundSample;
  readonly #options: OpenOptions;
  readonly #staysOpen: boolean;
  #open: OpenDataset | null = null;

  constructor(sample: FoundSample, options: OpenOptions, staysOpen: boolean) {
    this.#sample = sample;
    this.#options = options;
    this.#staysOpen = staysOpen;
  }

  async use<T>(read: (file: OpenDataset) => Promise<T>): Promise<T> {
    const { reader, place } = this.#sample;
    this.#open ??= reader ? await reader.open(place, this.#options) : await openPlace(place, this.#options);
    try {
      return await read(this.#open);
    } finally {
      if (!this.#staysOpen) this.close();
    }
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
  }
}

/** Lists of genes that are equal are one object: samples of one run share theirs. */
export class GeneLists {
  readonly #known = new Map<string, FileGenes>();

  one(genes: FileGenes): FileGenes {
    const hash = createHash('sha256');
    for (const list of [genes.names, genes.ids, genes.featureTypes])
      hash.update(list ? list.join('\n') : '-').update('\0');
    const key = hash.digest('base64');
    const known = this.#known.get(key) ?? genes;
    this.#known.set(key, known);
    return known;
  }
}

/** Reads everything of a sample but its counts. Throws what opening, choosing the matrix and reading annotations throw. */
export async function planSample(
  sample: FoundSample,
  config: ImportConfig,
  lists: GeneLists,
  isOnly: boolean,
): Promise<SamplePlan[]> {
  const label = labelOf(sample, isOnly);
  const options = openOptions(config);
  const file = new SampleFile(sample, options, isOnly);
  try {
    const genomes = await file.use((open) => Promise.resolve(genomesOf(open, config)));
    if (!genomes) return [await file.use((open) => planOpen(open, sample, label, null, config, lists, file))];
    file.close();
    const plans: SamplePlan[] = [];
    for (const genome of genomes) {
      const one = new SampleFile(sample, { ...options, genome }, false);
      plans.push(await one.use((open) => planOpen(open, sample, label, genome, config, lists, one)));
    }
    return plans;
  } catch (thrown) {
    file.close();
    throw withSample(thrown, label, sample.place.name);
  }
}

/** What an import says about how its files are read. */
function openOptions({ genome, orientation, sheet }: ImportConfig): OpenOptions {
  return {
    orientation,
    ...(genome === undefined ? {} : { genome }),
    ...(sheet === undefined ? {} : { sheet }),
  };
}

/** An error that names the sample where the name of its file does not. */
export function withSample(thrown: unknown, label: string, fileName: string): unknown {
  if (!(thrown instanceof WorkbenchError) || label === fileName || thrown.message.startsWith(label)) return thrown;
  return new WorkbenchError(thrown.code, `${label}: ${thrown.message}`, { cause: thrown });
}

/** Genomes that each have a matrix of their own and are all wanted; null where the file is read as one. */
function genomesOf(open: OpenDataset, config: ImportConfig): readonly string[] | null {
  if (!open.needsGenome || config.matrix !== 'auto') return null;
  const isApart = open.matrices.length > 1;
  if (config.species === 'both') return isApart ? open.needsGenome : null;
  if (!isApart && config.species !== 'auto') return null;
  throw new WorkbenchError(
    'invalid-input',
    `${open.name}: it holds several genomes, one is expected; set Genome to one of ${open.needsGenome.join(', ')}, or Species to both for a dataset of each.`,
  );
}

async function planOpen(
  open: OpenDataset,
  sample: FoundSample,
  label: string,
  genome: string | null,
  config: ImportConfig,
  lists: GeneLists,
  file: SampleFile,
): Promise<SamplePlan> {
  const matrix = await chooseMatrix(open, config.matrix);
  const { nCells } = open.matrices.find(({ name }) => name === matrix.name)!;
  if (nCells === 0)
    throw new WorkbenchError('data-format', `${open.name}: it holds no cells; choose a file with cells.`);
  const warnings = [...open.warnings, ...matrix.warnings];
  if (sample.isRaw) warnings.push(RAW_WARNING);
  const genes = lists.one(open.genes(matrix.name));
  const others = otherFeatures(genes);
  if (others) warnings.push(`Features that are not genes were left out: ${others}.`);
  const obs = readObs(open, chosenColumns(config), warnings);
  const cellIds = uniqueCellIds(open.cellIds(), warnings);
  if (cellIds.length !== nCells) {
    throw new WorkbenchError(
      'data-format',
      `${open.name}: ${cellIds.length} cell names for ${nCells} cells; write the file anew from the source data.`,
    );
  }
  const { format, name: fileName } = open;
  return {
    sample: sample.name,
    label,
    fileName,
    format,
    genome,
    matrix: matrix.name,
    nCells,
    genes,
    cellIds,
    obs,
    warnings,
    file,
  };
}

export const RAW_WARNING =
  'This is the unfiltered matrix: most of its cells are empty droplets. The filtered one is expected.';

function labelOf(sample: FoundSample, isOnly: boolean): string {
  return isOnly || sample.place.name.startsWith(sample.name) ? sample.place.name : sample.name;
}
