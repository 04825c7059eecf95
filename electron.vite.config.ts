import { readFileSync } from 'node:fs';
import path from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import vuetify from 'vite-plugin-vuetify';

const root = import.meta.dirname;
const source = (file: string): string => path.join(root, 'src', file);
const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

/** Packages stay in node_modules: some hold native code, others find their files beside themselves. */
const external = [
  'electron',
  /^node:/,
  ...Object.keys(dependencies).map((name) => new RegExp(`^${name.replaceAll(/[.\\/]/g, String.raw`\$&`)}(/|$)`)),
];

/** `out/main`, `out/preload`, `out/renderer`; ADR 0003 says who runs which. */
export default defineConfig({
  main: {
    build: {
      outDir: path.join(root, 'out', 'main'),
      target: 'node24',
      rollupOptions: {
        external,
        input: {
          electron: source('main/hosts/electron/electron.ts'),
          browser: source('main/hosts/browser/browser.ts'),
          gcw: source('main/hosts/cli/gcw.ts'),
          'engine-main': source('main/workers/engine-main.ts'),
          'probe-thread': source('main/singlecell/io/hdf5/probe-thread.ts'),
          'packing-thread': source('main/workers/packing/packing-thread.ts'),
          'kernel-thread': source('main/engine/optim/kernel-thread.ts'),
          'pass-thread': source('main/workers/passes/pass-thread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: path.join(root, 'out', 'preload'),
      // A sandboxed preload script cannot load packages or ES modules.
      externalizeDeps: false,
      rollupOptions: {
        external: ['electron'],
        input: { preload: source('main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('renderer'),
    base: './',
    plugins: [vue(), vuetify()],
    // Without its message compiler vue-i18n needs no `eval`, which the content security policy refuses.
    define: { __INTLIFY_JIT_COMPILATION__: true, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
    build: {
      outDir: path.join(root, 'out', 'renderer'),
      emptyOutDir: true,
      target: 'chrome120',
      // A preloaded module would be an inline script to the security policy.
      modulePreload: { polyfill: false },
      // Fonts stay files: the policy allows none from an address that holds its own data.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      reportCompressedSize: false,
      rollupOptions: { input: source('renderer/index.html') },
    },
  },
});
