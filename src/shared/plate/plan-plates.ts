import { type Modality, type PlateConfig, type PlateGene, PLATES } from '../domain/plate.ts';
import { WorkbenchError } from '../errors/workbench-error.ts';
import { CounterRandom } from '../util/random.ts';

export interface Well {
  /** From 0. */
  row: number;
  column: number;
  /** As on the plate: A01. */
  name: string;
  kind: 'gene' | 'negative' | 'positive' | 'empty';
  /** Symbol, or what a control holds; empty for an empty well. */
  content: string;
  geneId: string | null;
  /** From 1; null for controls and empty wells. */
  replicate: number | null;
}

export interface PlatePlan {
  rows: number;
  columns: number;
  /** Of every plate all wells, row by row. */
  plates: Well[][];
}

interface Content {
  kind: Well['kind'];
  content: string;
  geneId: string | null;
  replicate: number | null;
}

const NEGATIVES: Record<Modality, string> = {
  orf: 'empty vector',
  crispra: 'non-targeting guide',
  crispri: 'non-targeting guide',
  'knock-out': 'non-targeting guide',
};
const EMPTY: Content = { kind: 'empty', content: '', geneId: null, replicate: null };

/**
 * Lays genes and controls out on as few plates as hold them, plates filled alike, controls spread over each.
 *
 * Every plate has all its controls. Replicates of a gene go to different plates as far as there are plates. Equal input
 * gives equal plates.
 * Throws: `invalid-input` where the controls leave no well for a gene.
 */
export function planPlates(genes: readonly PlateGene[], config: PlateConfig): PlatePlan {
  const { rows, columns } = PLATES[config.wells];
  const usable = usableWells(rows, columns, config.leaveEdgeEmpty);
  const controls = controlsOf(config);
  const room = usable.length - controls.length;
  if (room < 1) {
    throw new WorkbenchError(
      'invalid-input',
      `Plate of ${config.wells} wells: ${controls.length} controls leave no well for a gene (${usable.length} can be used); take a larger plate or fewer controls.`,
    );
  }
  const tests = Array.from({ length: config.replicates }, (_, r) =>
    genes.map(({ geneId, symbol }): Content => ({ kind: 'gene', content: symbol, geneId, replicate: r + 1 })),
  ).flat();
  const nPlates = Math.max(1, Math.ceil(tests.length / room));
  const plates = Array.from({ length: nPlates }, (_, plate) => {
    const from = Math.floor((plate * tests.length) / nPlates);
    const to = Math.floor(((plate + 1) * tests.length) / nPlates);
    return layOut(tests.slice(from, to), controls, usable, config, plate);
  });
  return {
    rows,
    columns,
    plates: plates.map((contents) =>
      Array.from({ length: rows * columns }, (_, well) => ({
        row: Math.floor(well / columns),
        column: well % columns,
        name: wellName(Math.floor(well / columns), well % columns),
        ...(contents.get(well) ?? EMPTY),
      })),
    ),
  };
}

/** `A01`, on plates of up to 26 rows. */
export function wellName(row: number, column: number): string {
  return `${String.fromCharCode(65 + row)}${String(column + 1).padStart(2, '0')}`;
}

/** Row by row. A plate of two rows has no inside, so there every well is used. */
function usableWells(rows: number, columns: number, leaveEdgeEmpty: boolean): number[] {
  const isInside = (row: number, column: number) => row > 0 && row < rows - 1 && column > 0 && column < columns - 1;
  const all = Array.from({ length: rows * columns }, (_, well) => well);
  if (!leaveEdgeEmpty || rows < 3) return all;
  return all.filter((well) => isInside(Math.floor(well / columns), well % columns));
}

function controlsOf({ modality, negativeWells, positiveControls, positiveWells }: PlateConfig): Content[] {
  const control = (kind: 'negative' | 'positive', content: string): Content => ({
    kind,
    content,
    geneId: null,
    replicate: null,
  });
  const positives = [...new Set(positiveControls)];
  // Kinds in turn, so that each is spread as the whole is.
  const rounds = Math.max(negativeWells, positives.length > 0 ? positiveWells : 0);
  return Array.from({ length: rounds }, (_, round) => [
    ...(round < negativeWells ? [control('negative', NEGATIVES[modality])] : []),
    ...(round < positiveWells ? positives.map((gene) => control('positive', gene)) : []),
  ]).flat();
}

/** Well → what it holds. */
function layOut(
  tests: readonly Content[],
  controls: readonly Content[],
  usable: readonly number[],
  { wells, layout, seed }: PlateConfig,
  plate: number,
): Map<number, Content> {
  const { columns } = PLATES[wells];
  const isRandom = layout === 'randomised';
  const random = new CounterRandom(seed, `plate ${plate}`);
  const contents = new Map<number, Content>();
  // One control to each part of the plate: column by column, parts alike in size.
  const byColumn = [...usable].sort((a, b) => (a % columns) - (b % columns) || a - b);
  controls.forEach((control, i) => {
    const from = Math.floor((i * byColumn.length) / controls.length);
    const to = Math.floor(((i + 1) * byColumn.length) / controls.length);
    const within = isRandom ? random.integer(i, to - from) : (to - from) >> 1;
    contents.set(byColumn[from + within], control);
  });
  const free = usable.filter((well) => !contents.has(well));
  const order = isRandom ? random.permutation(free.length, controls.length) : free.map((_, i) => i);
  const inOrder = isRandom ? tests : besideEachOther(tests);
  inOrder.forEach((test, i) => contents.set(free[order[i]], test));
  return contents;
}

/** Replicates of a gene follow each other, genes in the order of the list. */
function besideEachOther(tests: readonly Content[]): Content[] {
  const places = new Map<string, number>();
  for (const { geneId } of tests) if (!places.has(geneId!)) places.set(geneId!, places.size);
  return [...tests].sort((a, b) => places.get(a.geneId!)! - places.get(b.geneId!)! || a.replicate! - b.replicate!);
}
