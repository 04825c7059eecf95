import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { modelSelftest } from '#genecompass/selftest.ts';

const folder = fileURLToPath(new URL('../../../shared/parity/tiny', import.meta.url));
const present = existsSync(folder);

describe.skipIf(!present)(
  `parity with the published code${present ? '' : ' (skipped: ../shared/parity/tiny is absent)'}`,
  () => {
    it('agrees in every group', async () => {
      const results = await modelSelftest(folder, ortRuntime());
      for (const result of results) expect(result, JSON.stringify(result)).toMatchObject({ passed: true });
      const counts = Object.fromEntries(results.map(({ group, nTensors }) => [group, nTensors]));
      expect(counts).toEqual({
        activations: 7,
        'CLS without the other rows of the last layer': 1,
        'padding attended, species omitted': 2,
        losses: 3,
        gradients: 63,
        'losses and gradient norms of AdamW steps': 11,
        'parameters after AdamW steps': 34,
        classifier: 2,
      });
    });
  },
);
