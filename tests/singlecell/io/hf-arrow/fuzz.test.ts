import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { CellChecker } from '#singlecell/io/hf-arrow/check-cells.ts';
import { isWithinBounds } from '#singlecell/io/hf-arrow/verify-message.ts';
import { openTokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { mutate } from '../support/mutate.ts';
import { tempFolder } from '../support/temp-folder.ts';

const at = tempFolder();
const FOLDERS = path.join(import.meta.dirname, 'folders');
const N_MUTANTS = 400;
const VOCABULARY = ['<pad>', '<mask>', ...Array.from({ length: 98 }, (_, i) => `ENSG${String(i).padStart(11, '0')}`)];

/** `valid` or the code of the refusal; anything else is a crash and fails the test. */
async function fate(file: string): Promise<string> {
  try {
    const source = await openTokenSource(await diskPlace(file));
    const checker = new CellChecker(VOCABULARY, 2048);
    for await (const batch of source.batches()) for (let row = 0; row < batch.nCells; row++) checker.read(batch, row);
    source.obs();
    return 'valid';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    expect(thrown.message).toMatch(/^mutant-\d+\.arrow: .*; /);
    return thrown.code;
  }
}

describe('damaged Arrow files end in valid cells or a refusal', { timeout: 120_000 }, () => {
  it.each(['genecompass/data-00001-of-00002.arrow', 'geneformer/data-00000-of-00001.arrow', 'other-types.arrow'])(
    '%s',
    async (name) => {
      const original = readFileSync(path.join(FOLDERS, name));
      const fates = new Map<string, number>();
      for (let seed = 0; seed < N_MUTANTS; seed++) {
        const file = at(`mutant-${seed}.arrow`);
        writeFileSync(file, mutate(original, seed));
        const found = await fate(file);
        fates.set(found, (fates.get(found) ?? 0) + 1);
      }
      expect(fates.get('valid')).toBeGreaterThan(0);
      expect(fates.get('data-format')).toBeGreaterThan(0);
      expect([...fates.keys()].filter((code) => !['valid', 'data-format', 'unsupported'].includes(code))).toEqual([]);
    },
  );

  it('metadata of any bytes are looked through in bounds', () => {
    const random = new CounterRandom(5, 'metadata');
    for (let seed = 0, draw = 0; seed < 3000; seed++) {
      const bytes = Uint8Array.from({ length: random.integer(draw++, 200) }, () => random.integer(draw++, 40));
      expect(typeof isWithinBounds(bytes)).toBe('boolean');
    }
  });
});
