/**
 * Fetches ONNX Runtime's CUDA libraries, which its npm package leaves out, and tries the card with them.
 *
 *   npm run gpu:cuda                  on a computer with a connection, an NVIDIA card, CUDA 12 and cuDNN 9
 *   npm run gpu:cuda -- --dry-run     says what would be fetched and fetches nothing
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fetchCuda, type InstallMetadata } from './cuda-plan.ts';
import { ROOT } from './page.ts';

const REACH_MS = 15_000;

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const require = createRequire(import.meta.url);
const root = path.dirname(require.resolve('onnxruntime-node/package.json'));

process.exitCode = await fetchCuda(
  {
    metadata: require('onnxruntime-node/script/install-metadata.js') as InstallMetadata,
    platform: process.platform,
    arch: process.arch,
    root,
    environment: process.env,
    isReachable: (url) =>
      fetch(url, { signal: AbortSignal.timeout(REACH_MS) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    install: () =>
      spawnSync(process.execPath, [path.join(root, 'script', 'install.js')], {
        stdio: 'inherit',
        env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
      }).status ?? 1,
    hash: (file) => (existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null),
    verify: () =>
      spawnSync(
        process.execPath,
        [path.join(ROOT, 'src', 'main', 'hosts', 'cli', 'gcw.ts'), 'host', 'machine', '--measure', 'again'],
        { stdio: 'inherit' },
      ).status ?? 1,
    say: (line) => console.log(line),
  },
  values['dry-run'],
);
