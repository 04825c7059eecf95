import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;
/** Three pairs, a gene of a family by its symbol (Gstt2), and one that has no counterpart. */
const GENES = {
  Gata1: 'ENSMUSG00000031162',
  Spi1: 'ENSMUSG00000002111',
  Gstt1: 'ENSMUSG00000001663',
  Gstt2: 'ENSMUSG00000033318',
  Gstt3: 'ENSMUSG00000001665',
};
/** Most genes are made up, so they have no biotype. */
const KEPT = { profile: 'none', rules: { minCoreGenes: 1 }, priorDimensions: 8 } as const;
const POLICIES = ['one-to-one', 'one-to-many', 'none'] as const;

describe('mouse genes written as human ones', () => {
  const workbench = openWorkbench('orthologs');
  const { client, at, finish } = workbench;
  const made = makeCells({ nCells: 90, nGenes: 100, species: 'mouse', seed: 11 });
  const ids = Object.values(GENES);
  const genes = made.genes.map((gene, i) => (i < ids.length ? { id: ids[i], symbol: ids[i] } : gene));

  const prepare = async (orthologs?: (typeof POLICIES)[number]) => {
    const options = { ...KEPT, minCellsPerGene: 1 } as const;
    await finish(client.preprocess.run({ dataset: 'latest', ...options, ...(orthologs ? { orthologs } : {}) }));
    const tokens = (await client.artifact.list({ kind: 'tokens' })).at(-1)!;
    const vocabulary = await client.artifact.get({ id: tokens.inputs[1] });
    return { tokens, vocabulary };
  };

  beforeAll(async () => {
    await writeH5ad(at('mouse.h5ad'), { ...made, genes });
    await client.project.create({ path: at('mouse.gcwproj'), passphrase: 'pairs and families' });
    await finish(client.dataset.import({ input: [at('mouse.h5ad')], species: 'mouse' }));
  }, MINUTES);
  afterAll(() => workbench.remove());

  it('are told by policy before the cells are prepared', async () => {
    const told = await client.dataset.orthologs({ dataset: 'latest', minCellsPerGene: 1 });
    expect(told.map(({ policy }) => policy)).toEqual(POLICIES);
    const [pairs, families, none] = told;
    expect([pairs.shared, families.shared, none.shared]).toEqual([3, 4, 0]);
    for (const { sharedCounts, ownCounts, nCounts } of told) expect(sharedCounts + ownCounts).toBe(nCounts);
    expect(families.sharedCounts).toBeGreaterThan(pairs.sharedCounts);
  });

  it(
    'follow the policy, and the published one gives the artifact it always gave',
    async () => {
      const asBefore = await prepare();
      const named = await prepare('one-to-one');
      expect(named.tokens.id).toBe(asBefore.tokens.id);
      expect(named.tokens.config).not.toHaveProperty('orthologs');
      expect(named.tokens.summary).toMatchObject({ homologsMapped: 3, orthologs: 'one-to-one' });
      const families = await prepare('one-to-many');
      expect(families.tokens.summary).toMatchObject({ homologsMapped: 4, orthologs: 'one-to-many' });
      const none = await prepare('none');
      expect(none.tokens.summary).toMatchObject({ homologsMapped: 0, orthologs: 'none' });
      expect([asBefore, families, none].map(({ vocabulary }) => vocabulary.summary.nHomologs)).toEqual([3, 4, 0]);
      expect(new Set([asBefore, families, none].map(({ tokens }) => tokens.id)).size).toBe(3);
      const { methods, commands } = await client.artifact.provenance({ id: families.tokens.id });
      expect(methods).toContain('4 mouse genes were written with the token of a human homolog');
      expect(commands.join('\n')).toContain('--orthologs one-to-many');
    },
    MINUTES,
  );

  it(
    'are those of the vocabulary where one is given',
    async () => {
      const stored = await client.artifact.list({ kind: 'vocabulary' });
      const vocabulary = stored.find(({ summary }) => summary.nHomologs === 4)!;
      const given = { ...KEPT, dataset: 'latest', vocabulary: vocabulary.id };
      await finish(client.preprocess.run(given));
      const tokens = (await client.artifact.list({ kind: 'tokens' })).at(-1)!;
      expect(tokens.summary).toMatchObject({ homologsMapped: 4 });
      expect(tokens.summary).not.toHaveProperty('orthologs');
      await expect(finish(client.preprocess.run({ ...given, orthologs: 'none' }))).rejects.toThrow(
        /Mouse genes: none is asked for with the vocabulary of a model/,
      );
    },
    MINUTES,
  );

  it(
    'mean nothing for human cells',
    async () => {
      await writeH5ad(at('human.h5ad'), makeCells({ nCells: 60, nGenes: 80, seed: 12 }));
      await finish(client.dataset.import({ input: [at('human.h5ad')] }));
      await expect(client.dataset.orthologs({ dataset: 'latest' })).rejects.toThrow(/its cells are human/);
      const [plain, none] = [await prepare(), await prepare('none')];
      expect(none.tokens.id).toBe(plain.tokens.id);
      expect(plain.tokens.summary).not.toHaveProperty('orthologs');
    },
    MINUTES,
  );
});
