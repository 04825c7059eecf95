import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { modelSelftest } from '#genecompass/selftest.ts';

describe.each([
  ['small-encoder', 'encoder', 6 * 16],
  ['small-fused', 'fused', 5 * 16],
] as const)('layout %s of the published Small', (name, valueEncoding, catWidth) => {
  const folder = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

  it('is told by its names, every size by its tensors', () => {
    const { model, ignored } = importCheckpoint(folder, 'v');
    expect(model.config).toMatchObject({ valueEncoding, vocabularySize: 82, width: 16, maxLength: 20 });
    expect(model.parameters.get('bert.embeddings.concat_embeddings.cat_fc.weight')!.length).toBe(16 * catWidth);
    expect(ignored).toEqual(['emb_warmup.alpha', 'emb_warmup.steps']);
  });

  it('agrees with an independent program forward, backward and over five AdamW steps', async () => {
    const results = await modelSelftest(folder, ortRuntime());
    for (const result of results) expect(result, JSON.stringify(result)).toMatchObject({ passed: true });
  });
});
