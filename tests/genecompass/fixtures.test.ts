import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { modelSelftest } from '#genecompass/selftest.ts';

it('agrees with an independent program on three priors, ReLU and holes in the attention mask', async () => {
  const folder = fileURLToPath(new URL('fixtures/three-priors-relu', import.meta.url));
  const results = await modelSelftest(folder, ortRuntime());
  for (const result of results) expect(result, JSON.stringify(result)).toMatchObject({ passed: true });
  expect(results.find(({ group }) => group === 'gradients')?.nTensors).toBe(77);
});
