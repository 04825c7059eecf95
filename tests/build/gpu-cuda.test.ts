import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { cudaPlan, type CudaWorld, fetchCuda, type InstallMetadata } from '../../build/cuda-plan.ts';

const require = createRequire(import.meta.url);
const metadata = require('onnxruntime-node/script/install-metadata.js') as InstallMetadata;
const { version } = require('onnxruntime-node/package.json') as { version: string };

function world(changes: Partial<CudaWorld> = {}) {
  const said: string[] = [];
  const did: string[] = [];
  const made: CudaWorld = {
    metadata,
    platform: 'linux',
    arch: 'x64',
    root: '/program/onnxruntime-node',
    environment: {},
    isReachable: async (url) => did.push(`asked ${url}`) > 0,
    install: () => did.push('installed') - did.length,
    hash: (file) => (file.includes('libonnxruntime_providers') ? 'f'.repeat(64) : null),
    verify: () => did.push('verified') - did.length,
    say: (line) => said.push(line),
    ...changes,
  };
  return { made, did, text: () => said.join('\n') };
}

describe('npm run gpu:cuda', () => {
  it('reads what is fetched from the tables of the pinned onnxruntime-node', () => {
    const plan = cudaPlan(metadata, 'linux', 'x64', '/program/onnxruntime-node')!;
    expect(plan.packages).toEqual([{ name: 'Microsoft.ML.OnnxRuntime.Gpu.Linux', version }]);
    expect(plan.files).toContain('libonnxruntime_providers_cuda.so');
    expect(plan.folder).toMatch(/onnxruntime-node.bin.napi-v6.linux.x64$/);
    expect(new URL(plan.feed).protocol).toBe('https:');
  });

  it('says with --dry-run what it would fetch, and fetches nothing', async () => {
    const { made, did, text } = world();
    expect(await fetchCuda(made, true)).toBe(0);
    expect(did).toEqual([]);
    expect(text()).toContain(`Microsoft.ML.OnnxRuntime.Gpu.Linux ${version}`);
    expect(text()).toContain('libonnxruntime_providers_cuda.so');
    expect(text()).toMatch(/Nothing was fetched/);
  });

  it('refuses offline with exit status 9 and says what to do', async () => {
    const { made, did, text } = world({ isReachable: async () => false });
    expect(await fetchCuda(made, false)).toBe(9);
    expect(did).toEqual([]);
    expect(text()).toMatch(
      /api\.nuget\.org cannot be reached, so nothing was fetched\. Run this on a computer with a connection/,
    );
  });

  it('installs, tells the hashes and tries the devices', async () => {
    const { made, did, text } = world();
    expect(await fetchCuda(made, false)).toBe(0);
    expect(did).toEqual([expect.stringMatching(/^asked https/), 'installed', 'verified']);
    expect(text()).toMatch(/f{64} {2}libonnxruntime_providers_cuda\.so/);
  });

  it('leaves the way through a proxy to the installer', async () => {
    const { made, did } = world({ environment: { GLOBAL_AGENT_HTTPS_PROXY: 'http://proxy:3128' } });
    expect(await fetchCuda(made, false)).toBe(0);
    expect(did).toEqual(['installed', 'verified']);
  });

  it.each([
    ['fails', { install: () => 1 }],
    ['ends well but leaves nothing', { hash: () => null }],
  ])('says so when the installer %s', async (_, changes) => {
    const { made, did, text } = world(changes);
    expect(await fetchCuda(made, false)).toBe(9);
    expect(did).not.toContain('verified');
    expect(text()).toMatch(/Everything else works as before/);
  });

  it.each([
    ['win32', 'x64'],
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
  ])('says that there is none for %s on %s', async (platform, arch) => {
    const { made, did, text } = world({ platform, arch });
    expect(await fetchCuda(made, false)).toBe(5);
    expect(did).toEqual([]);
    expect(text()).toMatch(/WebGPU or DirectML/);
  });
});
