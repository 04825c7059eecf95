import { Graph } from '#engine/ir/graph.ts';
import { matmul, reshape, softmax } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { classifierHead, clsEncoder, fullEncoder, modelGraph } from '../architecture.ts';
import { geneGradientGraph, type GradientShape } from '../gene-gradient-graph.ts';
import { keyOfShape } from '../gene-gradients.ts';
import type { GoalScore } from '../goal-scores.ts';
import { hideGraph, shareGraph } from '../hidden-genes.ts';
import type { Heads } from '../model.ts';
import type { WorkShape } from './work-graph.ts';

/**
 * Kinds of passes that a screen and a closer look make: a cell's embedding, that with a gene hidden and what such passes share,
 * the derivatives of goals, the states of its genes.
 */
export type PassKind = 'cls' | 'mean' | 'hidden-gene' | 'shared-layer' | 'gradients' | 'gene-states';

/** A model as far as its cost goes. */
export interface PassModel {
  readonly config: ModelConfig;
  /** Of the classifier; 0 without one. */
  readonly nClasses: number;
}

/** One run of a compiled graph. */
export interface Pass extends WorkShape, Partial<Omit<GradientShape, keyof WorkShape>> {
  readonly kind: PassKind;
  /** Of `gradients`: cosines to states and odds of classes, each with a backward pass of its own. */
  readonly scores?: { readonly cosines: number; readonly odds: number };
}

/** What tells one compiled graph from another. */
export function keyOfPass(pass: Pass): string {
  return `${pass.kind}:${keyOfShape({ ...pass, parts: pass.parts ?? [] })}`;
}

/** States are fed, so the graph does not depend on them. */
const NO_STATE = new Float32Array(0);

export function headsOfPass({ nClasses }: Pick<PassModel, 'nClasses'>): Heads {
  return nClasses > 0 ? { kind: 'classifier', classes: nClasses } : { kind: 'none' };
}

/** The graph of a pass as the encoder, the gradients or the gene states compile it, with nothing to feed it. */
export function passGraph({ config, nClasses }: PassModel, pass: Pass): Graph {
  const { kind, batchSize, length } = pass;
  const heads = headsOfPass({ nClasses });
  if (kind === 'gradients') {
    const { scores: { cosines, odds } = { cosines: 1, odds: 0 }, parts = ['gate'] } = pass;
    const goals: GoalScore[] = [
      ...Array.from({ length: cosines }, () => ({ kind: 'cosine' as const, state: NO_STATE })),
      ...Array.from({ length: odds }, () => ({ kind: 'log2-odds' as const, classes: [0] })),
    ];
    return geneGradientGraph(config, heads, goals, { ...pass, parts });
  }
  if (kind === 'shared-layer') return shareGraph(config, heads, length).graph;
  if (kind === 'hidden-gene') return hideGraph(config, heads, { batchSize, length, withClasses: nClasses > 0 }).graph;
  const built = modelGraph(new Graph(kind), config, heads, batchSize, length, { folded: kind !== 'gene-states' });
  const { graph } = built;
  if (kind === 'gene-states') {
    graph.output('states', fullEncoder(config, built).states[config.nLayers]);
    return graph;
  }
  if (kind === 'cls') {
    const cls = clsEncoder(config, built);
    graph.output('embedding', cls);
    if (nClasses > 0) graph.output('probabilities', softmax(classifierHead(built.parameters, cls, undefined)));
    return graph;
  }
  const last = fullEncoder(config, built).states[config.nLayers];
  const weights = graph.input('weights', 'float32', [batchSize, 1, length + 1]);
  graph.output('embedding', reshape(matmul(weights, last), [batchSize, config.width]));
  return graph;
}
