import { execFileSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fits } from '#genecompass/resources/fits.ts';
import { MODEL_PRESETS, ModelConfig, type ModelPreset } from '#shared/domain/model.ts';

const CASES: readonly [ModelPreset, 'inference' | 'training', number, number][] = [
  ['demo', 'inference', 256, 4],
  ['demo', 'training', 256, 16],
  ['small', 'inference', 256, 4],
  ['small', 'training', 256, 8],
  ['base', 'inference', 256, 4],
  ['base', 'training', 256, 2],
];
const CHILD = fileURLToPath(new URL('memory-child.ts', import.meta.url));

/** Foretold and measured peak of the process for each kind of work, one child process each. */
export function benchMemory(say: (line: string) => void): void {
  for (const [preset, mode, length, batchSize] of CASES) {
    const config = configOf(preset);
    const { bytes } = fits(config, length, batchSize, mode, { device: 'cpu', memoryBytes: totalmem() });
    const work = JSON.stringify({ config, mode, length, batchSize, idWeight: 0.2 });
    const { peakBytes } = JSON.parse(execFileSync(process.execPath, [CHILD, work], { encoding: 'utf8' })) as {
      peakBytes: number;
    };
    const [foretold, measured] = [bytes, peakBytes].map((n) => `${(n / 1e6).toFixed(0)} MB`.padStart(9));
    const name = `${preset}, ${mode} ${batchSize} × ${length}`.padEnd(32);
    say(`  ${name} foretold ${foretold}  measured ${measured}  ratio ${(bytes / peakBytes).toFixed(2)}`);
  }
}

function configOf(preset: ModelPreset): ModelConfig {
  const published = ['promoter', 'co_exp', 'gene_family', 'peca_grn'].map((name) => ({ name, width: 768 }));
  return ModelConfig.parse({
    ...MODEL_PRESETS[preset],
    vocabularySize: preset === 'demo' ? 2000 : 50_558,
    vocabularyHash: 'bench',
    priors: preset === 'demo' ? [{ name: 'co_exp', width: 48 }] : published,
  });
}
