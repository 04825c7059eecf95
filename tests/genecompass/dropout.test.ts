import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { printGraph } from '#engine/ir/print.ts';
import { type DropoutState, dropoutState } from '#engine/nn/index.ts';
import { classifierHead, clsEncoder, fullEncoder, modelGraph } from '#genecompass/architecture.ts';
import { ModelConfig } from '#shared/domain/model.ts';
import { makeTinyModel } from './support/tiny-model.ts';

const [BATCH, LENGTH, HEADS] = [3, 11, 2];

/** Numbers of the places that drop units, in the order in which a graph has them. */
function placesOf(build: (state: DropoutState) => void, graph: Graph) {
  const places: number[] = [];
  const plain = dropoutState(graph.input('seed', 'uint32', []), 0.02);
  const state = {
    ...plain,
    nextStream: () => {
      places.push(plain.nextStream());
      return places.at(-1)!;
    },
  };
  build(state);
  return places;
}

describe('dropout', () => {
  it('has the published rate of 0.02 by default', () => {
    const { vocabularySize, vocabularyHash } = makeTinyModel({ kind: 'masked' }).config;
    const config = ModelConfig.parse({
      ...{ nLayers: 1, nHeads: 1, width: 8, feedForwardWidth: 8, maxLength: 8, vocabularySize, vocabularyHash },
      priors: [],
    });
    expect(config.dropout).toBe(0.02);
  });

  it.each([1, 2, 5])('is where the published model of %i layers has it', (nLayers) => {
    const { config } = makeTinyModel({ kind: 'masked' }, { nLayers, nHeads: HEADS });
    // After the norm of the embeddings; attention weights, attention output, feed-forward output of each layer.
    const inTrunk = 1 + 3 * nLayers;
    const masked = modelGraph(new Graph('masked'), config, { kind: 'masked' }, BATCH, LENGTH);
    const places = placesOf((state) => fullEncoder(config, masked, state), masked.graph);
    expect(places).toEqual(Array.from({ length: inTrunk }, (_, i) => i + 1));

    const classifier = modelGraph(new Graph('classifier'), config, { kind: 'classifier', classes: 3 }, BATCH, LENGTH);
    const withHead = placesOf(
      (state) => classifierHead(classifier.parameters, clsEncoder(config, classifier, state), state),
      classifier.graph,
    );
    // One more between pooler and classifier.
    expect(withHead).toHaveLength(inTrunk + 1);
  });

  it('is nowhere else: without a state no graph has random numbers', () => {
    const { config } = makeTinyModel({ kind: 'masked' });
    const built = modelGraph(new Graph('plain'), config, { kind: 'masked' }, BATCH, LENGTH);
    fullEncoder(config, built);
    expect(built.graph.nodes.some(({ op }) => op.onnx.name === 'BitwiseXor')).toBe(false);
  });

  it('has a rate of its own, 0.1, in the value encoder of Small, and none where the model trains without', () => {
    const { config } = makeTinyModel({ kind: 'masked' }, { valueEncoding: 'encoder' });
    /** A unit is dropped where its random number is at most this. */
    const thresholdOf = (rate: number) => `${Math.round(rate * 2 ** 32 - 2 ** 31) - 1}:int32`;
    const graphOf = (rate: number | null) => {
      const built = modelGraph(new Graph('values'), config, { kind: 'masked' }, BATCH, LENGTH);
      const state = rate === null ? undefined : dropoutState(built.graph.input('seed', 'uint32', []), rate);
      built.graph.output('genes', fullEncoder(config, built, state).embedding);
      return printGraph(built.graph);
    };
    const count = (text: string, part: string) => text.split(part).length - 1;
    expect(count(graphOf(0.02), thresholdOf(0.1))).toBe(1);
    expect(count(graphOf(0.02), thresholdOf(0.02))).toBe(1);
    for (const rate of [0, null]) expect(count(graphOf(rate), 'BitwiseXor')).toBe(0);
  });
});
