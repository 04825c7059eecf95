import { afterAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients, type GeneGradients } from '#genecompass/gene-gradients.ts';
import type { GoalScore } from '#genecompass/goal-scores.ts';
import { screenToBlobs } from '#screen/blobs.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import type { ShardStore } from '#screen/types.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { makeTinyModel } from '../genecompass/support/tiny-model.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const N_GENES = 120;
const CLASSES = ['progenitor', 'monocyte', 'b-cell'];
const world = makeTokenSet({ nCells: 60, nGenes: N_GENES, seed: 4 });
const tiny = makeTinyModel(
  { kind: 'classifier', classes: 3 },
  { vocabularySize: N_GENES + 2, maxLength: 64, priors: [], width: 16, initializerRange: 0.1 },
);
const model = { ...tiny, homologIndex: Int32Array.from({ length: N_GENES + 2 }, (_, token) => token) };
const encoder = await createCellEncoder(model, ortRuntime(), CLASSES);
/** Compiled once for the goals that all runs of a screen share. */
const known = new Map<string, GeneGradients>();
async function gradients(goals: readonly GoalScore[]): Promise<GeneGradients> {
  const key = JSON.stringify(goals);
  const made = known.get(key) ?? (await createGeneGradients(model, ortRuntime(), goals));
  known.set(key, made);
  return { of: (inputs, parts) => made.of(inputs, parts), dispose: async () => {} };
}
afterAll(async () => {
  await encoder.dispose();
  for (const made of known.values()) await made.dispose();
});

/** Keeps parts, and stops the run after so many of them. */
class StoppingStore implements ShardStore {
  readonly kept: Map<string, Uint8Array>;
  readonly #abort = new AbortController();
  readonly #stopAfter: number;
  nSaved = 0;

  constructor(stopAfter = Infinity, kept = new Map<string, Uint8Array>()) {
    this.#stopAfter = stopAfter;
    this.kept = kept;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async load(key: string): Promise<Uint8Array | null> {
    return this.kept.get(key) ?? null;
  }

  async save(key: string, bytes: Uint8Array): Promise<void> {
    this.kept.set(key, bytes.slice());
    if (++this.nSaved >= this.#stopAfter) this.#abort.abort();
  }
}

const plan = (changes: Partial<ScreenConfig>) =>
  planScreen({
    ...world,
    config: screenConfig({
      genes: 'all',
      minDetections: 1,
      nCells: 8,
      nExact: 10,
      nTop: 10,
      ...changes,
    }),
    maxLength: 64,
  });

async function run(changes: Partial<ScreenConfig>, store: StoppingStore) {
  const made = plan(changes);
  const screen = await runScreen({
    plan: made,
    tokens: world.tokens,
    encoder,
    modelId: 'weights',
    store,
    signal: store.signal,
    ...(made.config.computation === 'exact' ? {} : { gradients }),
  });
  return screenToBlobs(screen).map(({ name, bytes }) => [name, Buffer.from(bytes).toString('base64')]);
}

describe('a screen that was stopped gives the bytes of one in one go', () => {
  // What is never foretold runs beside what is, so that every kind of part is there.
  it.each([
    { computation: 'exact', operators: ['over-express', 'remove'] },
    { computation: 'two-stage', operators: ['mask', 'over-express'] },
    { computation: 'two-stage', operators: ['mask', 'knock-down'] },
    { computation: 'adaptive', operators: ['mask', 'over-express'] },
    { computation: 'adaptive', operators: ['mask', 'knock-down'] },
  ] as const)('$computation, $operators, stopped after each part', async ({ computation, operators }) => {
    const changes = { computation, operators: [...operators] };
    const whole = new StoppingStore();
    const blobs = await run(changes, whole);
    expect(whole.nSaved).toBeGreaterThanOrEqual(8);
    // Eight runs, each of an eighth of the parts, the last of what is left.
    const eighth = Math.ceil(whole.nSaved / 8);
    const kept = new Map<string, Uint8Array>();
    for (let part = 0; part < 7 && kept.size + eighth < whole.nSaved; part++) {
      const store = new StoppingStore(eighth, kept);
      await expect(run(changes, store)).rejects.toMatchObject({ code: 'cancelled' });
      expect(store.nSaved).toBe(eighth);
    }
    const last = new StoppingStore(Infinity, kept);
    expect(await run(changes, last)).toEqual(blobs);
    expect(last.nSaved).toBeLessThanOrEqual(eighth);
    expect(last.kept).toEqual(whole.kept);
    // Nothing is computed again where every part is kept.
    const again = new StoppingStore(Infinity, kept);
    expect(await run(changes, again)).toEqual(blobs);
    expect(again.nSaved).toBe(0);
  });
});
