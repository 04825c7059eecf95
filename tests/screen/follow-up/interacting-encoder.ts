import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';

/** Natural log odds that GENE0 and GENE3 add together, beyond what each adds. */
export const SYNERGY = 2;
const [DRIVER, PARTNER, OTHER] = [2, 5, 3];
/** A value from which a gene counts as raised; makeTokenSet gives values from 1 to 3, most below this. */
const RAISED = 2.6;

/** Log odds of monocytes: additive in the values of GENE0 and GENE1, with one planted interaction of raised genes. */
export class InteractingEncoder implements CellEncoder {
  readonly width = 2;
  readonly maxLength = 64;
  readonly classes = ['progenitor', 'monocyte', 'b-cell'];

  async encode(inputs: readonly EncoderInput[]) {
    const embeddings = new Float32Array(inputs.length * 2);
    const probabilities = new Float32Array(inputs.length * 3);
    inputs.forEach(({ tokenIds, values, hiddenPositions = [] }, row) => {
      const hidden = new Set(hiddenPositions);
      const value = (token: number) => {
        const position = tokenIds.indexOf(token);
        return position < 0 || hidden.has(position) ? 0 : values[position];
      };
      const both = value(DRIVER) >= RAISED && value(PARTNER) >= RAISED;
      const z =
        -3 + 0.5 * value(DRIVER) + 0.2 * value(OTHER) + 0.1 * value(PARTNER) + 0.1 * value(8) + (both ? SYNERGY : 0);
      const p = 1 / (1 + Math.exp(-z));
      probabilities.set([(1 - p) / 2, p, (1 - p) / 2], row * 3);
      embeddings.set([p, 1 - p], row * 2);
    });
    return { embeddings, probabilities };
  }

  async dispose() {}
}
