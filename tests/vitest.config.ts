import { defineConfig } from 'vitest/config';

/** Everything that needs no browser and no GPU. Two workers: the target machine has two cores. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', '**/node_modules/**'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
