import { ScreenConfig, type Operator } from '#shared/domain/screen.ts';
import { CounterRandom } from '#shared/util/random.ts';
import type { PlannedGene, ScreenResult } from '#screen/types.ts';

/** Distribution of what a gene without a part in the fate does on average, unit spread but for the heaviest. */
export type Shape = 'normal' | 't5' | 't3' | 'laplace' | 'none';

/** A screen whose truth is known; effects are in standard deviations of what random genes do. */
export interface SyntheticScreen {
  seed: number;
  nCandidates: number;
  nNull: number;
  nDonors: number;
  cellsPerDonor: number;
  shape: Shape;
  operator: Operator;
  /** Standard deviation of a gene's effect between cells of one donor, and between donors. */
  cellSpread: number;
  donorSpread: number;
  /** Correlation of genes of one module of 20: they share effect, donors and cells. */
  moduleCorrelation: number;
  /** Rarely read genes move few of the start cells, as over-expression does where the raised gene is not read. */
  unequalReach: boolean;
  /** Regulators among the candidates and by how much they move cells. */
  planted: { n: number; effect: number };
  /** Donors are known to the statistics. */
  knowsDonors: boolean;
}

export const TYPICAL: Omit<SyntheticScreen, 'seed'> = {
  nCandidates: 800,
  nNull: 200,
  nDonors: 6,
  cellsPerDonor: 8,
  shape: 'normal',
  operator: 'over-express',
  cellSpread: 2.5,
  donorSpread: 0.8,
  moduleCorrelation: 0,
  unequalReach: true,
  planted: { n: 0, effect: 0 },
  knowsDonors: true,
};

export const GOAL = 'goal';
const MODULE = 20;

/** A result as a screen would store it; candidates come first, and of them the planted regulators. */
export function syntheticScreen(world: SyntheticScreen): ScreenResult {
  const { nCandidates, nNull, nDonors, cellsPerDonor, operator } = world;
  const nGenes = nCandidates + nNull;
  const nCells = nDonors * cellsPerDonor;
  const random = new CounterRandom(world.seed, 'synthetic-screen');
  const draw = counter(random);
  const order = random.permutation(nGenes, 3_000_000_000);
  const shared = Math.sqrt(world.moduleCorrelation);
  const own = Math.sqrt(1 - world.moduleCorrelation);
  const nModules = Math.ceil(nGenes / MODULE);
  const modules = Array.from({ length: nModules }, () => part(world, draw));
  const effects = new Float32Array(nGenes * nCells);
  const genes: PlannedGene[] = [];
  const inserts = operator === 'over-express' || operator === 'to-rank';
  for (let gene = 0; gene < nGenes; gene++) {
    const alone = part(world, draw);
    const along = modules[Math.floor(order[gene] / MODULE)];
    const isPlanted = gene < world.planted.n;
    // A planted regulator is one the model reads: power is asked for genes that can be seen.
    const reach = !world.unequalReach || isPlanted ? 1 : Math.min(1, 0.02 + 1.3 * draw.uniform() ** 2);
    for (let cell = 0; cell < nCells; cell++) {
      const donor = Math.floor(cell / cellsPerDonor);
      const moved = draw.uniform() < reach;
      const noise =
        own * (alone.mean + alone.donors[donor] + alone.cells[cell]) +
        shared * (along.mean + along.donors[donor] + along.cells[cell]);
      effects[gene * nCells + cell] = moved
        ? 0.001 * (noise + (isPlanted ? world.planted.effect : 0))
        : inserts
          ? 0
          : NaN;
    }
    genes.push(plannedGene(gene, gene < nCandidates, Math.round(20 + 2000 * reach * draw.uniform())));
  }
  const config = ScreenConfig.parse({
    model: 'm',
    tokens: 't',
    labelColumn: 'state',
    start: 'start',
    goals: [GOAL],
    operators: [operator],
    nCells,
    nBootstrap: 100,
    seed: world.seed % 1000,
  });
  const nReplicates = world.knowsDonors ? nDonors : nCells;
  return {
    plan: {
      config,
      operators: [operator],
      genes,
      notRanked: [],
      cells: Array.from({ length: nCells }, (_, cell) => cell),
      replicates: Array.from({ length: nCells }, (_, cell) =>
        world.knowsDonors ? Math.floor(cell / cellsPerDonor) : cell,
      ),
      nReplicates,
      replicateUnit: world.knowsDonors ? 'donor' : 'cell',
      states: [
        { name: 'start', role: 'start', labels: ['start'], cells: [0] },
        { name: GOAL, role: 'goal', labels: [GOAL], cells: [1] },
      ],
      startCellGroups: [],
      measured: [1],
      maxLength: 256,
      warnings: [],
    },
    readOuts: ['embedding-shift'],
    effects: { [operator]: effects },
    originals: new Float32Array(nCells),
    centroids: new Float32Array(2),
    nPasses: nGenes * nCells,
    stages: null,
  };
}

function plannedGene(gene: number, isCandidate: boolean, detections: number): PlannedGene {
  return {
    tokenId: gene + 2,
    geneId: `ENSG${String(gene).padStart(11, '0')}`,
    symbol: `GENE${gene}`,
    isTranscriptionFactor: isCandidate,
    isCandidate,
    isNull: !isCandidate,
    dose: 1,
    detections,
    meanValue: 1,
  };
}

interface Draw {
  uniform(): number;
  normal(): number;
}

function counter(random: CounterRandom): Draw {
  let at = 0;
  return { uniform: () => random.uniform(at++), normal: () => random.normal(1_000_000_000 + at++) };
}

/** What one gene (or module) does: on average, in each donor, in each cell. */
function part(world: SyntheticScreen, draw: Draw) {
  const nCells = world.nDonors * world.cellsPerDonor;
  return {
    mean: shapes[world.shape](draw),
    donors: Array.from({ length: world.nDonors }, () => world.donorSpread * draw.normal()),
    cells: Array.from({ length: nCells }, () => world.cellSpread * draw.normal()),
  };
}

const shapes: Record<Shape, (draw: Draw) => number> = {
  none: () => 0,
  normal: (draw) => draw.normal(),
  t5: (draw) => (draw.normal() / chi(draw, 5)) * Math.sqrt(3 / 5),
  t3: (draw) => draw.normal() / chi(draw, 3),
  laplace: (draw) => -Math.sign(draw.uniform() - 0.5) * Math.log(1 - draw.uniform()) * Math.SQRT1_2,
};

/** Square root of a chi-squared number over its degrees of freedom: normal / this is Student t. */
function chi(draw: Draw, df: number): number {
  let sum = 0;
  for (let i = 0; i < df; i++) sum += draw.normal() ** 2;
  return Math.sqrt(sum / df);
}
