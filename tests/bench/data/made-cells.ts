import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { CounterRandom } from '#shared/util/random.ts';
import { samplePoisson } from '#tests/support/sample-poisson.ts';

export interface MadeGenes {
  ids: string[];
  symbols: string[];
}

/** Cells in compressed sparse rows. */
export interface MadeCells {
  indptr: Float64Array;
  indices: Int32Array;
  data: Float32Array;
}

const TABLE = fileURLToPath(new URL('../../../resources/genes/human-genes.tsv.gz', import.meta.url));
const N_GENES = 22_000;
/** Cells drawn gene by gene; every other cell is one of them, thinned anew. */
const N_PATTERNS = 1_500;
const N_STATES = 8;
const MEAN_COUNTS = 6_600;
/** Spread of the log of gene rates, which gives about 1,700 genes a cell after thinning. */
const RATE_SPREAD = 2.1;
const MITO_SHARE = 0.06;

/** Protein-coding genes, mitochondrial ones among them, and long non-coding ones, by Ensembl id. */
export function madeGenes(): MadeGenes {
  const rows = gunzipSync(readFileSync(TABLE))
    .toString()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([id, symbol]) => id && symbol && !symbol.startsWith('ENSG'));
  const coding = rows.filter(([, , biotype]) => biotype === 'protein_coding');
  const others = rows.filter(([, , biotype]) => biotype === 'lncRNA').slice(0, Math.max(0, N_GENES - coding.length));
  const chosen = [...coding, ...others].slice(0, N_GENES).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return { ids: chosen.map(([id]) => id), symbols: chosen.map(([, symbol]) => symbol) };
}

/** Seeded cells of about 1,700 of 22,000 genes and 4,500 counts, of eight states, the same whatever is asked for together. */
export class CellMaker {
  readonly nGenes: number;
  readonly #seed: number;
  readonly #patterns: { genes: Int32Array; counts: Uint16Array }[];

  constructor({ symbols }: MadeGenes, seed: number) {
    this.nGenes = symbols.length;
    this.#seed = seed;
    this.#patterns = patterns(symbols, seed);
  }

  /** Cells [start, end). */
  cells(start: number, end: number): MadeCells {
    const capacity = (end - start) * 4_000;
    const indptr = new Float64Array(end - start + 1);
    const indices = new Int32Array(capacity);
    const data = new Float32Array(capacity);
    let n = 0;
    for (let cell = start; cell < end; cell++) {
      const { genes, counts } = this.#patterns[(cell * 1_009) % N_PATTERNS];
      let state = (Math.imul(cell + 1, 0x9e3779b1) ^ Math.imul(this.#seed, 0x85ebca6b)) | 1;
      const next = () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state >>> 0;
      };
      for (let i = 0; i < 8; i++) next();
      // Depth differs from cell to cell, as capture does.
      const kept = 0.4 + (0.45 * next()) / 2 ** 32;
      const threshold = kept * 2 ** 32;
      for (let i = 0; i < genes.length; i++) {
        let count = 0;
        if (counts[i] > 24) count = Math.round(counts[i] * kept);
        else for (let c = counts[i]; c > 0; c--) if (next() < threshold) count++;
        if (count === 0) continue;
        indices[n] = genes[i];
        data[n++] = count;
      }
      indptr[cell - start + 1] = n;
    }
    return { indptr, indices: indices.subarray(0, n), data: data.subarray(0, n) };
  }
}

function patterns(symbols: readonly string[], seed: number): { genes: Int32Array; counts: Uint16Array }[] {
  const nGenes = symbols.length;
  const noise = new CounterRandom(seed, 'rates');
  const depths = new CounterRandom(seed, 'depths');
  const draws = new CounterRandom(seed, 'counts');
  const isMito = symbols.map((symbol) => symbol.startsWith('MT-'));
  const rates = Array.from({ length: N_STATES }, (_, state) => {
    const rate = Float64Array.from({ length: nGenes }, (_, gene) =>
      Math.exp(RATE_SPREAD * noise.normal(gene) + 0.7 * noise.normal((state + 1) * nGenes + gene)),
    );
    const share = (wanted: boolean) => rate.reduce((sum, r, gene) => sum + (isMito[gene] === wanted ? r : 0), 0);
    const [mito, other] = [share(true), share(false)];
    return rate.map((r, gene) => (isMito[gene] ? (MITO_SHARE * r) / mito : ((1 - MITO_SHARE) * r) / other));
  });
  return Array.from({ length: N_PATTERNS }, (_, pattern) => {
    const rate = rates[pattern % N_STATES];
    const depth = MEAN_COUNTS * Math.exp(0.35 * depths.normal(pattern) - 0.06);
    const genes: number[] = [];
    const counts: number[] = [];
    for (let gene = 0; gene < nGenes; gene++) {
      const count = samplePoisson(depth * rate[gene], draws, pattern * nGenes + gene);
      if (count === 0) continue;
      genes.push(gene);
      counts.push(count);
    }
    return { genes: Int32Array.from(genes), counts: Uint16Array.from(counts) };
  });
}
