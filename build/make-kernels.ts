/**
 * Assembles src/main/engine/optim/kernels.wat into kernels-wasm.ts beside it.
 *
 * Usage: npm run kernels
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const folder = path.join(import.meta.dirname, '../src/main/engine/optim');

/** The module of the kernels, in bytes. */
export async function assembleKernels(): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const source = readFileSync(path.join(folder, 'kernels.wat'), 'utf8');
  const module = parseWat('kernels.wat', source, { simd: true, threads: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return buffer;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = Buffer.from(await assembleKernels()).toString('base64');
  const lines = text.match(/.{1,100}/g)!.map((line) => `  '${line}'`);
  writeFileSync(
    path.join(folder, 'kernels-wasm.ts'),
    `/** The bytes of \`kernels.wat\`; written by \`npm run kernels\`. */\nexport const KERNELS =\n${lines.join(' +\n')};\n`,
  );
}
