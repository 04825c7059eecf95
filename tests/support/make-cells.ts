import type { Gene, Species } from '#shared/domain/gene.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { memoryCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';
import { samplePoisson } from './sample-poisson.ts';

export interface MakeCellsOptions {
  nCells?: number;
  nGenes?: number;
  /** First = start, last = goal; each later state is a fate of its own reached from the start. */
  states?: string[];
  seed?: number;
  nDonors?: number;
  /** Planted regulators per fate. */
  plantedRegulators?: number;
  /** Programme genes that follow the regulators of a fate. */
  targetsPerFate?: number;
  /** Mean total count of a cell. */
  meanCounts?: number;
  species?: Species;
}

/** What was planted, by gene index; ask the data, then compare. */
export interface PlantedTruth {
  startState: string;
  goalState: string;
  /** Per state: regulators, and the programme they drive. Empty for the start state. */
  regulators: Record<string, number[]>;
  targets: Record<string, number[]>;
  /** Transcription factors that drive nothing. */
  decoys: number[];
  mitochondrial: number[];
  /** Hidden progress of each cell towards the fate of its state, 0 to 1. */
  progress: Float32Array;
}

const REGULATOR_GENES: Gene[] = [
  { id: 'ENSG00000066336', symbol: 'SPI1' },
  { id: 'ENSG00000102145', symbol: 'GATA1' },
  { id: 'ENSG00000196092', symbol: 'PAX5' },
  { id: 'ENSG00000245848', symbol: 'CEBPA' },
  { id: 'ENSG00000073861', symbol: 'TBX21' },
  { id: 'ENSG00000140968', symbol: 'IRF8' },
  { id: 'ENSG00000164330', symbol: 'EBF1' },
  { id: 'ENSG00000107485', symbol: 'GATA3' },
];
const DECOY_GENES: Gene[] = [
  { id: 'ENSG00000159216', symbol: 'RUNX1' },
  { id: 'ENSG00000150907', symbol: 'FOXO1' },
  { id: 'ENSG00000136826', symbol: 'KLF4' },
  { id: 'ENSG00000136997', symbol: 'MYC' },
  { id: 'ENSG00000115415', symbol: 'STAT1' },
  { id: 'ENSG00000081059', symbol: 'TCF7' },
  { id: 'ENSG00000123405', symbol: 'NFE2' },
  { id: 'ENSG00000124766', symbol: 'SOX4' },
];
const MITO_SYMBOLS = ['MT-ND1', 'MT-ND2', 'MT-CO1', 'MT-CO2', 'MT-CYB'];
const RIBO_SYMBOLS = ['RPL3', 'RPS6', 'RPLP0', 'RPS27A'];

/**
 * Synthetic cells in which known regulators drive a start state towards each fate.
 *
 * A regulator's rate rises with the hidden progress of the cell, and the programme genes of its fate follow the
 * regulator's realised rate (saturating), so a cell with more of the regulator looks more like the goal. Counts are
 * Poisson around log-normal rates: over-dispersed like negative binomial counts, with a gene-wise donor effect.
 * Columns: `cell_type`, `donor` (balanced within each state), `progress`.
 */
export function makeCells(options: MakeCellsOptions = {}): Dataset & { truth: PlantedTruth } {
  const { nCells = 300, nGenes = 200, states = ['progenitor', 'mature'], seed = 1, nDonors = 3 } = options;
  const { plantedRegulators = 1, targetsPerFate = 20, meanCounts = 2000, species = 'human' } = options;
  const fates = states.slice(1);
  const layout = layGenes(nGenes, fates, plantedRegulators, targetsPerFate, species);
  const random = (stream: string) => new CounterRandom(seed, stream);
  const baseline = baselines(nGenes, layout, random('baseline'));
  const donorNoise = random('donor');
  const progressNoise = random('progress');
  const depthNoise = random('depth');
  const rateNoise = random('rate');
  const countNoise = random('count');

  const progress = new Float32Array(nCells);
  const stateCodes = new Int32Array(nCells);
  const donorCodes = new Int32Array(nCells);
  const indptr = new Float64Array(nCells + 1);
  const indices: number[] = [];
  const data: number[] = [];
  const rates = new Float64Array(nGenes);
  for (let cell = 0; cell < nCells; cell++) {
    const state = cell % states.length;
    const donor = Math.floor(cell / states.length) % nDonors;
    stateCodes[cell] = state;
    donorCodes[cell] = donor;
    const centre = state === 0 ? 0.15 : 0.8;
    progress[cell] = Math.min(1, Math.max(0, centre + 0.12 * progressNoise.normal(cell)));
    const depth = meanCounts * Math.exp(0.3 * depthNoise.normal(cell) - 0.045);
    // A start cell leans towards one fate in turn, so that every fate has a gradient inside the start state.
    const fate = state === 0 ? Math.floor(cell / states.length) % Math.max(1, fates.length) : state - 1;
    for (let gene = 0; gene < nGenes; gene++) {
      const spread = 0.35 * rateNoise.normal(cell * nGenes + gene) - 0.061;
      rates[gene] = baseline[gene] * Math.exp(0.15 * donorNoise.normal(donor * nGenes + gene) + spread);
    }
    let drive = 0;
    for (const regulator of layout.regulators[fate] ?? []) {
      rates[regulator] *= 0.3 + 6 * progress[cell];
      drive += rates[regulator] / baseline[regulator] / layout.regulators[fate].length;
    }
    for (const target of layout.targets[fate] ?? []) rates[target] *= 0.4 + (8 * drive * drive) / (drive * drive + 9);
    let total = 0;
    for (let gene = 0; gene < nGenes; gene++) total += rates[gene];
    for (let gene = 0; gene < nGenes; gene++) {
      const count = samplePoisson((depth * rates[gene]) / total, countNoise, cell * nGenes + gene);
      if (count > 0) {
        indices.push(gene);
        data.push(count);
      }
    }
    indptr[cell + 1] = indices.length;
  }
  const byState = (lists: number[][]) =>
    Object.fromEntries(states.map((state, i) => [state, i === 0 ? [] : lists[i - 1]]));
  return {
    species,
    genes: layout.genes,
    cellIds: Array.from({ length: nCells }, (_, cell) => `CELL${String(cell).padStart(5, '0')}-1`),
    obs: [
      { name: 'cell_type', kind: 'categorical', categories: states, codes: stateCodes },
      {
        name: 'donor',
        kind: 'categorical',
        categories: Array.from({ length: nDonors }, (_, i) => `donor-${i + 1}`),
        codes: donorCodes,
      },
      { name: 'progress', kind: 'number', values: Float64Array.from(progress) },
    ],
    counts: memoryCounts({ nGenes, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) }),
    truth: {
      startState: states[0],
      goalState: states[states.length - 1],
      regulators: byState(layout.regulators),
      targets: byState(layout.targets),
      decoys: layout.decoys,
      mitochondrial: layout.mitochondrial,
      progress,
    },
  };
}

interface GeneLayout {
  genes: Gene[];
  regulators: number[][];
  targets: number[][];
  decoys: number[];
  mitochondrial: number[];
}

/** Regulators first, then decoys, mitochondrial, ribosomal, programme genes, and genes without a part. */
function layGenes(
  nGenes: number,
  fates: string[],
  nRegulators: number,
  nTargets: number,
  species: Species,
): GeneLayout {
  const genes: Gene[] = [];
  const synthetic = (index: number, symbol: string): Gene => ({
    id: `ENSG${String(90_000_000_000 + index).padStart(11, '0')}`,
    symbol,
  });
  const add = (list: Gene[]) => list.map((gene) => genes.push(gene) - 1);
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const regulators = fates.map((_, fate) =>
    add(
      range(nRegulators).map((i) => {
        const at = i * fates.length + fate;
        return REGULATOR_GENES[at] ?? synthetic(at, `REG${at + 1}`);
      }),
    ),
  );
  const decoys = add(DECOY_GENES);
  const mitochondrial = add(MITO_SYMBOLS.map((symbol, i) => synthetic(1000 + i, symbol)));
  add(RIBO_SYMBOLS.map((symbol, i) => synthetic(2000 + i, symbol)));
  const targets = fates.map((_, fate) =>
    add(range(nTargets).map((i) => synthetic(10_000 + fate * 1000 + i, `TARGET${fate + 1}_${i + 1}`))),
  );
  if (genes.length > nGenes)
    throw new RangeError(`makeCells: ${nGenes} genes cannot hold ${genes.length} planted ones`);
  add(range(nGenes - genes.length).map((i) => synthetic(100_000 + i, `GENE${i + 1}`)));
  if (species === 'mouse') {
    genes.forEach((gene, i) => {
      const symbol = gene.symbol.startsWith('MT-')
        ? `mt-${gene.symbol[3]}${gene.symbol.slice(4).toLowerCase()}`
        : gene.symbol[0] + gene.symbol.slice(1).toLowerCase();
      genes[i] = { id: gene.id.replace('ENSG', 'ENSMUSG'), symbol };
    });
  }
  return { genes, regulators, targets, decoys, mitochondrial };
}

/** Relative abundance of each gene: log-normal, with abundant mitochondrial and ribosomal genes. */
function baselines(nGenes: number, layout: GeneLayout, random: CounterRandom): Float64Array {
  const level = Float64Array.from({ length: nGenes }, (_, gene) => Math.exp(0.9 * random.normal(gene)));
  for (const gene of layout.mitochondrial) level[gene] = 3;
  for (let i = 0; i < RIBO_SYMBOLS.length; i++) level[layout.mitochondrial[0] + layout.mitochondrial.length + i] = 6;
  for (const gene of [...layout.regulators.flat(), ...layout.targets.flat()]) level[gene] = 0.8;
  for (const gene of layout.decoys) level[gene] = 1;
  return level;
}
