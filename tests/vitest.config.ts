import vue from '@vitejs/plugin-vue';
import vuetify from 'vite-plugin-vuetify';
import { defineConfig } from 'vitest/config';
import { skipReporter } from './support/skip-reporter.ts';

/** Everything that needs no browser and no GPU. Two workers: the target machine has two cores. */
export default defineConfig({
  plugins: [vue(), vuetify()],
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', '**/node_modules/**'],
    reporters: ['default', skipReporter],
    testTimeout: 30_000,
    maxWorkers: 2,
    // Vuetify's components import style sheets, which Node cannot load by itself.
    server: { deps: { inline: ['vuetify'] } },
  },
});
