import type { ImportConfig, SpeciesSplit } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { requireSpecies } from '../../genes/species.ts';
import { noSuchColumn } from '../missing.ts';
import type { FileGenes } from '../reader.ts';
import { shareOfCounts, type CountHook } from './count-share.ts';
import { detectGenes, isMixedGenes, onlySpecies } from './gene-species.ts';
import type { SamplePlan } from './sample-plan.ts';
import { findSpeciesColumn, speciesOfCells } from './species-column.ts';

/** The cells of one species in one sample. */
export interface SpeciesPart {
  plan: SamplePlan;
  species: Species;
  /** Genes to read; those of the other species are none. */
  genes: FileGenes;
  /** Species whose genes the names are; another than `species` where cells are read through orthologs. */
  namedAs: Species;
  /** In rising order; null for all cells. */
  rows: Int32Array | null;
}

export interface SpeciesParts {
  parts: SpeciesPart[];
  /** Null where every sample is of the same species as a whole. */
  split: SpeciesSplit | null;
}

/** Plans of one sample: one, or one for each genome of a file that keeps them apart. */
export type PlanGroup = readonly SamplePlan[];

const SPECIES: readonly Species[] = ['human', 'mouse'];

/**
 * Decides which cells are of which species, sample by sample.
 *
 * Throws: data-format and unsupported where it cannot be told; invalid-input where both species are there and neither one nor both were
 * asked for; not-found.
 */
export async function partBySpecies(
  groups: readonly PlanGroup[],
  config: ImportConfig,
  hook: CountHook,
): Promise<SpeciesParts> {
  const { speciesColumn } = config;
  const names = groups.flatMap(([plan]) => plan.obs.map(({ name }) => name));
  if (speciesColumn !== undefined && !names.includes(speciesColumn))
    throw noSuchColumn(groups[0][0].label, speciesColumn, [...new Set(names)]);
  const found: (SpeciesParts & { by: SpeciesSplit['by'] })[] = [];
  for (const group of groups) found.push(await partSample(group, config, hook));
  const all = found.flatMap(({ parts }) => parts);
  const wanted: readonly Species[] =
    config.species === 'human' || config.species === 'mouse' ? [config.species] : SPECIES;
  const parts = all.filter((part) => wanted.includes(part.species));
  const split = found.find((one) => one.split)?.split ?? null;
  const seen = new Set(all.map(({ species }) => species));
  if (!split && seen.size > 1 && config.species === 'auto') throw twoSpecies(all);
  if (!split && seen.size < 2) return { parts, split: null };
  const total = (species: Species) =>
    all.filter((part) => part.species === species).reduce((sum, part) => sum + nCellsOf(part), 0);
  const leftOut = found.reduce((sum, one) => sum + (one.split?.leftOut ?? 0), 0);
  return { parts, split: { by: split?.by ?? 'sample', human: total('human'), mouse: total('mouse'), leftOut } };
}

export function nCellsOf({ plan, rows }: Pick<SpeciesPart, 'plan' | 'rows'>): number {
  return rows?.length ?? plan.nCells;
}

async function partSample(
  group: PlanGroup,
  config: ImportConfig,
  hook: CountHook,
): Promise<SpeciesParts & { by: SpeciesSplit['by'] }> {
  const [plan] = group;
  if (group.length > 1) return { ...(await byGenomes(group, config, hook)), by: 'genes' };
  const detection = detectGenes(plan.genes);
  const isMixed = isMixedGenes(detection) && detection.species === null;
  const asked = plan.obs.find(({ name }) => name === config.speciesColumn);
  if (asked) return { ...byColumn(plan, asked.name, isMixed, config), by: 'column' };
  if (isMixed && config.species === 'auto') {
    throw new WorkbenchError(
      'invalid-input',
      `${plan.label}: it holds genes of two species (${seenWords(detection.seen)}); choose Species both for a dataset of the human and one of the mouse cells, or human or mouse for one of them.`,
    );
  }
  if (isMixed) return { ...(await byGenes(plan, config, hook)), by: 'genes' };
  const column = findSpeciesColumn(plan.obs);
  if (column && config.species === 'auto') {
    throw new WorkbenchError(
      'invalid-input',
      `${plan.label}: obs/${column.name} says that it holds human and mouse cells; choose Species both for a dataset of each, or human or mouse to read all cells as one species.`,
    );
  }
  if (column && config.species === 'both') return { ...byColumn(plan, column.name, isMixed, config), by: 'column' };
  const species =
    config.species === 'auto' || config.species === 'both' ? requireSpecies(detection, plan.label) : config.species;
  if (column) {
    plan.warnings.push(
      `obs/${column.name} says that the cells are human and mouse; all were read as ${species} as you chose. Species both makes a dataset of each.`,
    );
  }
  if (detection.species && detection.species !== species)
    plan.warnings.push(`The gene names look ${detection.species}, they were read as ${species} as you chose.`);
  return { parts: [{ plan, species, genes: plan.genes, namedAs: species, rows: null }], split: null, by: 'sample' };
}

function byColumn(plan: SamplePlan, name: string, isMixed: boolean, config: ImportConfig): SpeciesParts {
  const detection = detectGenes(plan.genes);
  const namedAs = isMixed ? null : requireSpecies(detection, plan.label);
  const cells = speciesOfCells(plan.obs.find((column) => column.name === name)!);
  const parts = SPECIES.map((species) => {
    const rows = Int32Array.from(cells.flatMap((own, row) => (own === species ? [row] : [])));
    const genes = isMixed ? onlySpecies(plan.genes, species) : plan.genes;
    return { plan, species, genes, namedAs: namedAs ?? species, rows };
  }).filter(({ rows }) => rows.length > 0);
  if (parts.length === 0) {
    throw new WorkbenchError(
      'data-format',
      `${plan.label}: obs/${name} holds neither human nor mouse, these words (or Homo sapiens, Mus musculus) are expected; choose another column for ${config.species === 'both' ? 'Species both' : 'the species'}.`,
    );
  }
  return { parts, split: splitOf('column', parts, plan.nCells) };
}

async function byGenes(plan: SamplePlan, { speciesShare }: ImportConfig, hook: CountHook): Promise<SpeciesParts> {
  const sides = SPECIES.map((species) => ({ species, plan, genes: onlySpecies(plan.genes, species) }));
  return bySides(sides, speciesShare, hook);
}

async function byGenomes(group: PlanGroup, { speciesShare }: ImportConfig, hook: CountHook): Promise<SpeciesParts> {
  const sides = group.map((plan) => ({ species: detectGenes(plan.genes).species, plan, genes: plan.genes }));
  const told = SPECIES.map((species) => sides.filter((side) => side.species === species));
  if (sides.length !== 2 || told.some((own) => own.length !== 1)) {
    throw new WorkbenchError(
      'data-format',
      `${group[0].label}: its genomes ${group.map(({ genome }) => genome).join(', ')} are not one human and one mouse; set Genome to one of them.`,
    );
  }
  return bySides(
    told.map(([side]) => ({ ...side, species: side.species! })),
    speciesShare,
    hook,
  );
}

async function bySides(
  sides: readonly { species: Species; plan: SamplePlan; genes: FileGenes }[],
  share: number,
  hook: CountHook,
): Promise<SpeciesParts> {
  const shares = await shareOfCounts(sides, hook);
  const parts = sides
    .map((side, i) => ({ ...side, namedAs: side.species, rows: rowsAtLeast(shares.ofSide[i], share) }))
    .filter(({ rows }) => rows.length > 0);
  if (parts.length === 0) {
    throw new WorkbenchError(
      'data-format',
      `${sides[0].plan.label}: no cell has ${Math.round(100 * share)} % of its counts from one species; lower the share, or choose another matrix.`,
    );
  }
  return { parts, split: splitOf('genes', parts, shares.nCells) };
}

/** A share of exactly one half is neither. */
function rowsAtLeast(shares: Float64Array, share: number): Int32Array {
  const rows: number[] = [];
  shares.forEach((own, row) => {
    if (own >= share && own > 0.5) rows.push(row);
  });
  return Int32Array.from(rows);
}

function splitOf(by: SpeciesSplit['by'], parts: readonly SpeciesPart[], nCells: number): SpeciesSplit {
  const n = (species: Species) => parts.find((part) => part.species === species)?.rows?.length ?? 0;
  return { by, human: n('human'), mouse: n('mouse'), leftOut: nCells - n('human') - n('mouse') };
}

function seenWords(seen: Record<string, number>): string {
  return Object.entries(seen)
    .filter(([what]) => /human|mouse/.test(what))
    .map(([what, n]) => `${n.toLocaleString('en')} ${what}`)
    .join(', ');
}

function twoSpecies(parts: readonly SpeciesPart[]): WorkbenchError {
  const words = SPECIES.map((species) => {
    const names = parts.filter((part) => part.species === species).map(({ plan }) => plan.sample);
    return `${species}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  });
  return new WorkbenchError(
    'invalid-input',
    `Samples: they are of two species (${words.join('; ')}); choose Species both for a dataset of each, or import them apart.`,
  );
}
