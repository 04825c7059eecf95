import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import vuetify from 'vite-plugin-vuetify';

/** The renderer on the fake host: `vite build --config tests/renderer/preview/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [vue(), vuetify()],
  define: { __INTLIFY_JIT_COMPILATION__: true, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    outDir: process.env.GCW_PREVIEW_OUT ?? '../../../.cache/preview',
    emptyOutDir: true,
    target: 'chrome120',
    reportCompressedSize: false,
    minify: false,
  },
});
