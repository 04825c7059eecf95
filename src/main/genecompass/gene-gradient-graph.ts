import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import { embedding } from '#engine/nn/index.ts';
import { add, concat, mul, reduceSum, reshape, slice, sub } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { classifierHead, modelGraph, tracedClsEncoder } from './architecture.ts';
import { newGeneChanges } from './architecture/newcomers.ts';
import { type GoalScore, goalScores } from './goal-scores.ts';
import type { Heads } from './model.ts';
import { NAMES } from './names.ts';

/**
 * What a backward pass can tell of each gene, to first order.
 *
 * gate: derivative of the score by the logarithm of its weight in attention; the negative is the effect of hiding it.
 * up, down: effect of taking the rank of the gene before it, or after it; 0 where there is none.
 * changed: effect of taking rank and value of each of `GradientInput.changes`.
 * joined: effect of each gene of `GradientInput.joining` where it stands among the genes of the cell, which keep their ranks.
 */
export type GradientPart = 'gate' | 'up' | 'down' | 'changed' | 'joined';

/** Size of a graph, and what it tells. */
export interface GradientShape {
  readonly batchSize: number;
  readonly length: number;
  readonly parts: readonly GradientPart[];
  /** Of `changed`: other ranks and values for the genes of a cell; one by default. */
  readonly nChanges?: number;
  /** Of `joined`: genes that the cells lack. */
  readonly nJoining?: number;
}

/** What the graph is fed beside the batch, and what it is not fed where it is not asked for it. */
export const GRADIENT_INPUTS = {
  states: 'goal_states',
  ranks: (i: number) => `changed_ranks_${i}`,
  values: (i: number) => `changed_values_${i}`,
  joining: {
    tokenIds: 'joining_token_ids',
    values: 'joining_values',
    priorIds: 'joining_prior_ids',
    ranks: 'joining_ranks',
  },
} as const;

/** Name of an output; `changed` has one for each change. */
export function outputOf(part: GradientPart, goal: number, change = 0): string {
  return part === 'changed' ? `changed_${change}_${goal}` : `${part}_${goal}`;
}

/** Scores of all goals, and what the parts tell of every gene for each, with nothing to feed it. */
export function geneGradientGraph(
  config: ModelConfig,
  heads: Heads,
  goals: readonly GoalScore[],
  shape: GradientShape,
): Graph {
  const { batchSize, length, parts } = shape;
  const built = modelGraph(new Graph('gene-gradients'), config, heads, batchSize, length, { folded: true });
  const { graph } = built;
  const traced = tracedClsEncoder(config, built);
  const { cls, genes, trace } = traced;
  const last = trace.last!;
  const states = graph.input(GRADIENT_INPUTS.states, 'float32', [goals.length, config.width]);
  const scores = goalScores(goals, cls, states, () => classifierHead(built.parameters, cls, undefined));
  graph.output(
    'scores',
    concat(
      scores.map((score) => reshape(score, [batchSize, 1])),
      1,
    ),
  );
  const ranks = slice(built.parameters.get(NAMES.position), 0, 0, config.maxLength);
  const moves = movedGenes(shape, traced, ranks);
  const [withGates, withJoining] = [parts.includes('gate'), parts.includes('joined')];
  const places = [
    ...(withGates ? [last.keyMask] : []),
    ...(withJoining ? [last.context] : []),
    ...(withGates || withJoining ? trace.layers.map(({ output }) => output) : []),
    ...(moves.length > 0 ? [genes] : []),
  ];
  const byScore = scores.map((score) => {
    const found = gradients(reduceSum(score), places);
    return new Map(places.map((place, i) => [place, found[i]]));
  });
  const by = (place: Value) => byScore.map((found) => found.get(place)!);
  const tell = (name: (goal: number) => string, told: readonly Value[]) =>
    told.forEach((value, goal) => graph.output(name(goal), value));
  for (const { name, moved } of moves) {
    const step = sub(moved, genes);
    tell(
      name,
      by(genes).map((derivative) => reduceSum(mul(derivative, step), [-1])),
    );
  }
  if (withGates) {
    const ofLayers = trace.layers.map(({ gates, output }) => gates(by(output)));
    const gate = by(last.keyMask).map((ofLast, g) => ofLayers.reduce((sum, gates) => add(sum, gates[g]), ofLast));
    tell(
      (goal) => outputOf('gate', goal),
      gate.map((each) => slice(each, 1, 1, length + 1)),
    );
  }
  if (withJoining) {
    const { joining } = GRADIENT_INPUTS;
    const size = [batchSize, shape.nJoining ?? 1];
    const changes = newGeneChanges(config, built, trace, {
      tokenIds: graph.input(joining.tokenIds, 'int32', size),
      values: graph.input(joining.values, 'float32', size),
      priorIds: graph.input(joining.priorIds, 'int32', size),
      ranks: graph.input(joining.ranks, 'int32', size),
    });
    const ofLayers = trace.layers.map(({ output }) => by(output));
    tell((goal) => outputOf('joined', goal), changes(ofLayers, by(last.context)));
  }
  return graph;
}

interface Move {
  readonly name: (goal: number) => string;
  /** Shape: B × L × D. */
  readonly moved: Value;
}

/** The genes as each of the parts moves them. */
function movedGenes(
  { batchSize, length, parts, nChanges = 1 }: GradientShape,
  { genes, at }: ReturnType<typeof tracedClsEncoder>,
  positions: Value,
): Move[] {
  const [nRanks] = positions.shape;
  const ranks = (from: number, to: number) => slice(positions, 0, from, to);
  const move = (part: GradientPart, moved: Value): Move => ({ name: (goal) => outputOf(part, goal), moved });
  return parts.flatMap((part): Move[] => {
    switch (part) {
      case 'gate':
      case 'joined':
        return [];
      case 'up':
        return [move(part, at(length > 1 ? concat([ranks(0, 1), ranks(0, length - 1)], 0) : ranks(0, 1)))];
      case 'down': {
        const next = ranks(1, Math.min(nRanks, length + 1));
        return [move(part, at(length < nRanks ? next : concat([next, ranks(nRanks - 1, nRanks)], 0)))];
      }
      case 'changed':
        return Array.from({ length: nChanges }, (_, i): Move => {
          const places = genes.graph.input(GRADIENT_INPUTS.ranks(i), 'int32', [batchSize, length]);
          const values = genes.graph.input(GRADIENT_INPUTS.values(i), 'float32', [batchSize, length]);
          return { name: (goal) => outputOf(part, goal, i), moved: at(embedding(positions, places), values) };
        });
    }
  });
}
