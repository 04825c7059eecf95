import { describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { inputTitle } from '#shared/util/input-title.ts';
import { oneLine } from '#shared/util/one-line.ts';

describe('a name as one visible line', () => {
  it.each([
    ['  Spleen  ', 'Spleen'],
    ['a\n\tb', 'a b'],
    ['\u0000\u001B[31mred', '[31mred'],
    ['left\u202Egnp.exe', 'leftgnp.exe'],
    [' \u00A0\u3000 ', ''],
    ['\u200B\uFEFF', ''],
    ['Zellen α 細胞 🧬', 'Zellen α 細胞 🧬'],
  ])('%j is %j', (text, name) => {
    expect(oneLine(text)).toBe(name);
    expect(oneLine(name)).toBe(name);
  });

  it('is what an import takes for its name and those of samples', () => {
    const parse = (name: string) => ImportConfig.safeParse({ input: ['a.h5ad'], name, sampleNames: [name] });
    expect(parse(' my\ncells ').data).toMatchObject({ name: 'my cells', sampleNames: ['my cells'] });
    expect(parse('   ').data).toMatchObject({ name: '', sampleNames: [''] });
    expect(parse(`${' '.repeat(50)}${'x'.repeat(80)} `).success).toBe(true);
    expect(parse('x'.repeat(81)).success).toBe(false);
  });
});

describe('what files are called', () => {
  it.each([
    [['/data/pbmc 3k.h5ad'], 'pbmc 3k'],
    [['C:\\data\\a.loom.gz', 'b'], 'a and 1 more'],
    [['/data/evil\n\u202Ename.csv'], 'evil name'],
    [['/data/.h5ad'], '.h5ad'],
    [['/data/ \u200B.h5ad'], '.h5ad'],
    [[`/data/${'é'.repeat(200)}.h5ad`], `${'é'.repeat(79)}…`],
  ])('%j is %j', (input, title) => {
    expect(inputTitle(input)).toBe(title);
  });
});
