import type { GeneStates } from '#genecompass/gene-states.ts';

/** Token of the gene that answers the gene of another token. */
export const PARTNER_OF = (token: number) => token + 60;
const UNIVERSAL = 82;
/** Only these have partners, so that null genes show what chance does. */
const DRIVERS = new Set([2, 3, 5, 8, 11]);
/** A value from which a gene counts as raised. */
const RAISED = 2.6;

/**
 * Unit vectors that turn: all by how much is expressed in all, one of them more than others, and the partner of a gene when
 * that gene is raised.
 */
export const fakeGeneStates = (): GeneStates => ({
  width: 2,
  of: async (inputs) =>
    inputs.map(({ tokenIds, values, hiddenPositions = [] }) => {
      const hidden = new Set(hiddenPositions);
      const there = new Map(Array.from(tokenIds, (token, i) => [token, hidden.has(i) ? 0 : values[i]]));
      const total = [...there.values()].reduce((sum, value) => sum + value, 0);
      const states = new Float32Array(tokenIds.length * 2);
      tokenIds.forEach((token, i) => {
        const ease = token === UNIVERSAL ? 0.2 : 0.02 + 0.01 * (token % 3);
        const angle = ease * total + (DRIVERS.has(token - 60) && (there.get(token - 60) ?? 0) >= RAISED ? 1 : 0);
        states.set([Math.cos(angle), Math.sin(angle)], i * 2);
      });
      return states;
    }),
  dispose: async () => {},
});
