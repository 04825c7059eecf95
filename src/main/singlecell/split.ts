import { CounterRandom } from '#shared/util/random.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { donorSplit } from './split-donors.ts';
import { stratified } from './split-stratified.ts';

export interface SplitInput {
  /** Class per cell of the dataset; −1 = none. */
  labels: Int32Array;
  classNames: readonly string[];
  /** Cells that may be used (kept and encoded), ascending. */
  cells: Int32Array;
  /** Donor per cell of the dataset; −1 = unknown. */
  donors?: Int32Array;
  testFraction: number;
  /** Of the cells (or donors) that are not test. */
  validationFraction: number;
  seed: number;
  /** Name of the label column, for messages. */
  labelColumn?: string;
}

export interface Split {
  kind: 'held-out-donor' | 'stratified';
  /** Classes that take part, in the order of `classNames`. */
  classes: string[];
  /** Class per cell of the dataset, as an index into `classes`; −1 = takes no part. */
  labels: Int32Array;
  /** Cells of the dataset, ascending; disjoint. */
  train: Int32Array;
  validation: Int32Array;
  test: Int32Array;
  warnings: string[];
}

/** A class with fewer cells can be neither learnt nor tested and takes no part. */
export const MIN_CELLS_PER_CLASS = 5;

/**
 * Divides labelled cells into training, validation and test, the same for the same seed.
 *
 * With donors, whole donors are held out, at least one each for test and (from three donors on) validation, and no
 * donor is taken that would leave a class without training cells, unless every choice does. Otherwise cells are
 * divided within each class. Validation chooses the model; test cells are never part of a choice.
 *
 * Throws: invalid-input when fewer than two classes have enough cells.
 */
export function splitCells(input: SplitInput): Split {
  const { cells, classNames, seed, testFraction, validationFraction } = input;
  const warnings: string[] = [];
  const { classes, labels } = usableClasses(input, warnings);
  const usable = cells.filter((cell) => labels[cell] >= 0);
  const parts = input.donors ? donorSplit(usable, labels, input.donors, input, warnings) : null;
  if (parts)
    return { kind: 'held-out-donor', classes, labels, ...withAllClasses(parts, labels, classes, warnings), warnings };

  const random = new CounterRandom(seed, 'stratified-split');
  const first = stratified(usable, labels, classNames.length, testFraction, random, 0);
  const second = stratified(first.rest, labels, classNames.length, validationFraction, random, 2 ** 32);
  return {
    kind: 'stratified',
    classes,
    labels,
    train: second.rest,
    validation: second.taken,
    test: first.taken,
    warnings,
  };
}

function usableClasses(input: SplitInput, warnings: string[]): { classes: string[]; labels: Int32Array } {
  const { cells, classNames, labelColumn = 'cell-state column' } = input;
  const sizes = new Int32Array(classNames.length);
  let unlabelled = 0;
  for (const cell of cells) {
    if (input.labels[cell] >= 0) sizes[input.labels[cell]]++;
    else unlabelled++;
  }
  const position = new Int32Array(classNames.length).fill(-1);
  const classes = classNames.filter((_, label) => sizes[label] >= MIN_CELLS_PER_CLASS);
  classNames.forEach((name, label) => {
    if (sizes[label] >= MIN_CELLS_PER_CLASS) position[label] = classes.indexOf(name);
  });
  const small = classNames.filter((_, label) => sizes[label] > 0 && sizes[label] < MIN_CELLS_PER_CLASS);
  if (classes.length < 2) throw tooFewClasses(labelColumn, classes.length, small.length);
  if (small.length > 0) {
    warnings.push(`Left out, fewer than ${MIN_CELLS_PER_CLASS} cells: ${small.join(', ')}.`);
  }
  if (unlabelled > 0) warnings.push(`${unlabelled} cells without a value in ${labelColumn} take no part.`);
  const labels = new Int32Array(input.labels.length).fill(-1);
  for (const cell of cells) if (input.labels[cell] >= 0) labels[cell] = position[input.labels[cell]];
  return { classes, labels };
}

function tooFewClasses(labelColumn: string, nUsable: number, nSmall: number): WorkbenchError {
  const states = nUsable === 0 ? 'no state' : 'one state only';
  const fact =
    nSmall === 0
      ? `it holds ${states}, and telling states apart needs two; choose another column.`
      : `it holds ${states} with at least ${MIN_CELLS_PER_CLASS} usable cells, and telling states apart needs two; ` +
        'choose another column or loosen the quality rules.';
  return new WorkbenchError('invalid-input', `${labelColumn}: ${fact}`);
}

function withAllClasses<T extends { train: Int32Array; test: Int32Array }>(
  parts: T,
  labels: Int32Array,
  classes: string[],
  warnings: string[],
): T {
  const missing = (cells: Int32Array) => {
    const seen = new Set(Array.from(cells, (cell) => labels[cell]));
    return classes.filter((_, label) => !seen.has(label));
  };
  const [untrained, untested] = [missing(parts.train), missing(parts.test)];
  if (untrained.length > 0)
    warnings.push(`No training donor has: ${untrained.join(', ')}; the model cannot learn them.`);
  if (untested.length > 0) warnings.push(`No test donor has: ${untested.join(', ')}; they are not tested.`);
  return parts;
}
