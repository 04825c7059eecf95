import { TWO_SPECIES, type FileInspection, type SampleInspection } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { suggestedRoles } from '#shared/domain/suggested-roles.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { GeneResolver } from '../../genes/resolver.ts';
import { mapGenes } from '../import-genes.ts';
import { columnInfos, describeLook, lookAt, type FileLook } from '../inspect.ts';
import { openPlace } from '../open.ts';
import type { FileGenes, OpenOptions } from '../reader.ts';
import { discover, type FoundSample } from './discover.ts';
import { freeName, mergeObs, sampleColumn } from './merge-obs.ts';
import { GeneLists, RAW_WARNING } from './sample-plan.ts';
import { fewNames, sayOnce } from './say.ts';

type SeenSample = SampleInspection & { look: FileLook | null };

/**
 * Says what files and folders hold together, before anything is imported; a sample that cannot be read is listed with its error.
 *
 * Throws: not-found, resource; what reading throws where nothing can be read.
 */
export async function inspectInputs(
  inputs: readonly string[],
  resolver: GeneResolver | null = null,
  options: OpenOptions = {},
): Promise<FileInspection> {
  const { samples, notes } = await discover(inputs);
  const lists = new GeneLists();
  const errors: WorkbenchError[] = [];
  const seen: SeenSample[] = [];
  for (const sample of samples) seen.push(await look(sample, options, lists, errors));
  const read = seen.flatMap(({ look: own }) => own ?? []);
  if (read.length === 0) throw noneReadable(errors);
  const warnings = [...notes];
  const isMerge = samples.length > 1;
  const obs = commonColumns(read, isMerge ? [] : warnings);
  const ofSample = isMerge ? freeName(read.flatMap((own) => own.obs.map(({ name }) => name))) : null;
  if (ofSample !== null) obs.unshift(sampleColumn(ofSample, seen));
  const overlap = isMerge ? geneOverlap(read, resolver) : null;
  warnings.push(...sayOnce(seen));
  const obsColumns = columnInfos(obs, warnings);
  for (const { name, error } of seen) if (error !== null && isMerge) warnings.push(`${name} cannot be read: ${error}`);
  if (isMerge) warnOfDifferences(seen, overlap!, warnings);
  const [first] = read;
  const species = new Set(read.map((own) => own.species));
  return {
    path: inputs[0],
    format: first.format,
    description: isMerge ? describe(seen.length, read, overlap!) : describeLook(first),
    nCells: read.reduce((sum, { nCells }) => sum + nCells, 0),
    nGenes: overlap ? overlap.shared : first.nGenes,
    matrices: first.matrices,
    species: species.size === 1 ? first.species : null,
    obsColumns,
    suggestedRoles: suggestedRoles(obsColumns, ofSample),
    sampleColumn: ofSample,
    warnings,
    samples: seen.map(({ look: _, ...sample }) => sample),
    geneOverlap: overlap,
    mixture: read.find(({ mixture }) => mixture)?.mixture ?? null,
  };
}

async function look(
  sample: FoundSample,
  options: OpenOptions,
  lists: GeneLists,
  errors: WorkbenchError[],
): Promise<SeenSample> {
  const { name, place, reader } = sample;
  try {
    const file = reader ? await reader.open(place, options) : await openPlace(place, options);
    try {
      const own = await lookAt(file);
      own.genes = lists.one(own.genes);
      if (sample.isRaw) own.warnings.push(RAW_WARNING);
      const { format, nCells, nGenes, species, matrix, warnings } = own;
      const description = describeLook(own);
      return {
        name,
        path: place.path,
        format,
        description,
        nCells,
        nGenes,
        species,
        matrix,
        warnings,
        error: null,
        look: own,
      };
    } finally {
      file.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    errors.push(thrown);
    const error = thrown.message;
    const unread = { format: null, nCells: 0, nGenes: 0, species: null, matrix: null, warnings: [], look: null };
    return { name, path: place.path, description: 'cannot be read', error, ...unread };
  }
}

function noneReadable(errors: readonly WorkbenchError[]): WorkbenchError {
  const [first] = errors;
  if (errors.length === 1) return first;
  return new WorkbenchError(
    first.code,
    `Samples: none of the ${errors.length} can be read; the first: ${first.message}`,
    { cause: first },
  );
}

/** Columns of all samples, joined. */
function commonColumns(read: readonly FileLook[], warnings: string[]): FileLook['obs'] {
  const names = read.map(({ obs }) => new Set(obs.map(({ name }) => name)));
  return mergeObs(
    read.map(({ obs, nCells }) => ({
      obs: obs.filter(({ name }) => names.every((own) => own.has(name))),
      nCells,
      rows: null,
    })),
    warnings,
  );
}

function geneOverlap(read: readonly FileLook[], resolver: GeneResolver | null): { shared: number; all: number } {
  const lists = new Map<FileGenes, Species | null>(read.map(({ genes, species }) => [genes, species]));
  if (lists.size === 1) return { shared: read[0].nGenes, all: read[0].nGenes };
  const nLists = new Map<string, number>();
  for (const [genes, species] of lists) {
    const keys =
      resolver && species
        ? mapGenes(genes, resolver, species).genes.map(({ id }) => id)
        : new Set((genes.ids ?? genes.names).map((name) => name.replace(/\.\d+$/, '')));
    for (const key of keys) nLists.set(key, (nLists.get(key) ?? 0) + 1);
  }
  const shared = [...nLists.values()].filter((n) => n === lists.size).length;
  return { shared, all: nLists.size };
}

function describe(nSamples: number, read: readonly FileLook[], overlap: { shared: number; all: number }): string {
  const n = (value: number) => value.toLocaleString('en');
  const formats = [...new Set(read.map(({ formatWords }) => formatWords))];
  const species = new Set(
    read.flatMap((own) => (own.mixture ? ['human', 'mouse'] : [own.species ?? 'species unknown'])),
  );
  const nCounts = read.filter(({ matrix }) => matrix !== null).length;
  const counts =
    nCounts === read.length
      ? 'raw counts'
      : nCounts === 0
        ? 'no raw counts'
        : `raw counts in ${nCounts} of ${nSamples}`;
  const nCells = read.reduce((sum, own) => sum + own.nCells, 0);
  // Genes of two species are never shared.
  const isOneSpecies = species.size === 1;
  const genes = isOneSpecies ? ` × ${n(overlap.shared)} ${overlap.shared === overlap.all ? '' : 'shared '}genes` : '';
  return [
    listOf(formats),
    read.length === nSamples ? `${nSamples} samples` : `${nSamples} samples (${nSamples - read.length} unreadable)`,
    listOf([...species].sort()),
    counts,
    `${n(nCells)} cells${genes}`,
  ].join(', ');
}

function listOf(words: readonly string[]): string {
  return words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function warnOfDifferences(
  seen: readonly SeenSample[],
  overlap: { shared: number; all: number },
  warnings: string[],
): void {
  const n = (value: number) => value.toLocaleString('en');
  const of = (species: Species) => seen.filter((sample) => sample.species === species).map(({ name }) => name);
  const [human, mouse] = [of('human'), of('mouse')];
  if (human.length > 0 && mouse.length > 0) {
    warnings.push(
      `${TWO_SPECIES} (human: ${fewNames(human)}; mouse: ${fewNames(mouse)}); Species both makes a dataset of each.`,
    );
  } else if (overlap.shared < overlap.all) {
    warnings.push(
      `The samples have different genes: ${n(overlap.shared)} are in all of them, ${n(overlap.all)} in any.`,
    );
  }
  const without = seen.filter(({ look: own, matrix }) => own && matrix === null).map(({ name }) => name);
  if (without.length > 0 && without.length < seen.length)
    warnings.push(`Without raw counts, so they cannot be merged: ${fewNames(without)}.`);
  const same = new Map<string, string[]>();
  for (const { name, look: own } of seen) if (own) same.set(own.print, [...(same.get(own.print) ?? []), name]);
  for (const names of same.values())
    if (names.length > 1) warnings.push(`${fewNames(names)} seem to be the same cells: choose one of them only.`);
}
