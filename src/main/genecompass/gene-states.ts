import type { Runtime } from '#engine/runtime/runtime.ts';
import { emptyBatch, readAs, setRow } from './batch-arrays.ts';
import { ForwardGraphs } from './forward/graphs.ts';
import { chooseOutputs } from './forward/outputs.ts';
import { planByLength } from './forward/plan.ts';
import { checkModel, headsOf, type Model } from './model.ts';
import type { EncoderInput } from './types.ts';

/** States of the genes of cells in the last layer. */
export interface GeneStates {
  readonly width: number;
  /** One array per cell, rows in the order of its genes. Shape: genes × D. */
  of(inputs: readonly EncoderInput[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

/** Throws: invalid-input or data-format when the model does not fit its configuration. */
export function createGeneStates(model: Model, runtime: Runtime): GeneStates {
  const { config } = model;
  const heads = headsOf(model.parameters);
  checkModel(model, heads);
  const graphs = new ForwardGraphs(model, heads, runtime, chooseOutputs(config, heads, ['last_hidden_state']));
  return {
    width: config.width,
    async of(inputs) {
      const states: Float32Array[] = [];
      const lengths = Int32Array.from(inputs, ({ tokenIds }) => Math.min(tokenIds.length, config.maxLength));
      for (const { cells, batchSize, padded } of planByLength(lengths, config.maxLength)) {
        const batch = emptyBatch(batchSize, padded);
        cells.forEach((cell, row) => {
          const { tokenIds, values, species, hiddenPositions } = inputs[cell];
          setRow(batch, row, tokenIds, values, species, hiddenPositions);
        });
        readAs(batch, model);
        const results = (await graphs.run(batch, new Float32Array()))('last_hidden_state');
        const stride = (padded + 1) * config.width;
        // Position 0 is CLS.
        cells.forEach((cell, row) => {
          const first = row * stride + config.width;
          states[cell] = results.slice(first, first + lengths[cell] * config.width);
        });
      }
      return states;
    },
    dispose: () => graphs.dispose(),
  };
}
