import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

/** Messages ESLint gives for `code` if it stood at `filePath`. */
async function lint(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result.messages.map((message) => message.message);
}

const BAD: [filePath: string, code: string, expected: RegExp][] = [
  ['src/shared/x.ts', `import '#engine/ir/graph.ts';`, /shared may import only/],
  ['src/shared/x.ts', `import 'node:fs';`, /runs without Node/],
  ['src/main/engine/x.ts', `import '#singlecell/types.ts';`, /main\/engine may import only/],
  ['src/main/engine/ir/x.ts', `import 'onnxruntime-node';`, /its own room/],
  ['src/main/singlecell/qc/x.ts', `import 'h5wasm/node';`, /its own room/],
  ['src/main/singlecell/qc/x.ts', `import '#engine/ir/graph.ts';`, /main\/singlecell may import only/],
  ['src/main/singlecell/qc/x.ts', `import '../../engine/ir/graph.ts';`, /never by a relative path/],
  ['src/main/genecompass/x.ts', `import '#singlecell/types.ts';`, /main\/genecompass may import only/],
  ['src/main/services/x.ts', `import '#engine/ir/graph.ts';`, /main\/services may import only/],
  ['src/main/services/x.ts', `import '#hosts/browser/server.ts';`, /main\/services may import only/],
  ['src/main/jobs/x.ts', `import 'better-sqlite3-multiple-ciphers';`, /its own room/],
  ['src/main/hosts/browser/x.ts', `import 'electron';`, /its own room/],
  ['src/renderer/x.ts', `import '#project/project.ts';`, /renderer may import only/],
  ['src/main/screen/x.ts', `Math.random();`, /CounterRandom/],
  ['src/main/services/x.ts', `fetch('/x');`, /no network/],
];

const GOOD: [filePath: string, code: string][] = [
  ['src/main/engine/runtime/x.ts', `import 'onnxruntime-node';`],
  ['src/main/singlecell/io/x.ts', `import 'h5wasm/node';`],
  ['src/main/services/x.ts', `import '#hosts/host-adapter.ts';`],
  ['src/main/hosts/electron/x.ts', `import 'electron';`],
  ['src/main/workers/x.ts', `import '#screen/run.ts';\nimport '#engine/ir/graph.ts';`],
];

describe('layer rule', () => {
  it.each(BAD)('%s refuses %s', async (filePath, code, expected) => {
    expect((await lint(filePath, code)).join('\n')).toMatch(expected);
  });

  it.each(GOOD)('%s allows %s', async (filePath, code) => {
    expect(await lint(filePath, code)).toEqual([]);
  });
});
