import type { Value } from '#engine/ir/value.ts';
import {
  add,
  div,
  logSoftmax,
  matmul,
  mul,
  reduceSum,
  reshape,
  slice,
  sqrt,
  sub,
  transpose,
} from '#engine/ops/index.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { HIDDEN_KEY } from './batch-arrays.ts';
import type { Heads } from './model.ts';

/** How close a cell is to a goal: cosine to a state, or log2 odds of some classes of the fine-tuned head together. */
export type GoalScore =
  | { readonly kind: 'cosine'; readonly state: Float32Array }
  | { readonly kind: 'log2-odds'; readonly classes: readonly number[] };

const LOG2_E = Math.LOG2E;

/** Throws: invalid-input for a class that the model does not have, or a state of another width. */
export function checkGoals(goals: readonly GoalScore[], heads: Heads, width: number): void {
  const nClasses = heads.kind === 'classifier' ? heads.classes : 0;
  for (const goal of goals) {
    const isClass = (index: number) => index >= 0 && index < nClasses;
    if (goal.kind === 'log2-odds' && (goal.classes.length === 0 || !goal.classes.every(isClass) || nClasses < 2)) {
      throw new WorkbenchError(
        'invalid-input',
        `goal class ${goal.classes.join(', ')}: the model tells ${nClasses} classes apart; choose one of them or a state.`,
      );
    }
    if (goal.kind === 'cosine' && goal.state.length !== width) {
      throw new WorkbenchError(
        'invalid-input',
        `goal state: it has ${goal.state.length} numbers, the model's cells have ${width}; take a state of this model.`,
      );
    }
  }
}

/** Score of every goal. Shape: CLS B × D, states of `unitStates`, logits B × C -> B each. */
export function goalScores(goals: readonly GoalScore[], cls: Value, states: Value, logits: () => Value): Value[] {
  let made: Value | undefined;
  return goals.map((goal, g) =>
    goal.kind === 'cosine' ? cosineTo(cls, slice(states, 0, g, g + 1)) : log2Odds((made ??= logits()), goal.classes),
  );
}

/** The states of all goals, of length 1; zeros where a goal has none. Shape: goals × D. */
export function unitStates(goals: readonly GoalScore[], width: number): Tensor {
  const rows = new Float32Array(goals.length * width);
  goals.forEach((goal, g) => {
    if (goal.kind !== 'cosine') return;
    const length = Math.hypot(...goal.state);
    if (length > 0) goal.state.forEach((x, i) => (rows[g * width + i] = x / length));
  });
  return tensor('float32', [goals.length, width], rows);
}

/** Cosine of each row to a vector of length 1. Shape: B × D, 1 × D -> B. */
function cosineTo(rows: Value, unit: Value): Value {
  const dots = matmul(rows, transpose(unit));
  const lengths = sqrt(reduceSum(mul(rows, rows), [-1], { keep: true }));
  return reshape(div(dots, lengths), [rows.shape[0]]);
}

/** log2(p / (1 - p)) of some classes together, without rounding where p is near 0 or 1. Shape: B × C -> B. */
function log2Odds(logits: Value, classes: readonly number[]): Value {
  const [batch, n] = logits.shape;
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !classes.includes(i));
  const own = classes.length === 1 ? slice(logits, 1, classes[0], classes[0] + 1) : logSumExp(logits, classes);
  return reshape(mul(sub(own, logSumExp(logits, others)), LOG2_E), [batch]);
}

/** log Σ exp over some columns; without any, over columns that weigh nothing. Shape: B × C -> B × 1. */
function logSumExp(logits: Value, columns: readonly number[]): Value {
  const n = logits.shape[1];
  const hidden = Float32Array.from({ length: n }, (_, i) => (columns.includes(i) ? 0 : HIDDEN_KEY));
  const shown = add(logits, logits.graph.constant(hidden, 'float32', [1, n]));
  // By way of any one of them, since a logarithm of the softmax is at hand.
  const one = columns[0] ?? 0;
  return sub(slice(shown, 1, one, one + 1), slice(logSoftmax(shown), 1, one, one + 1));
}
