import type { Reporter } from 'vitest/node';

/** Prints every skipped test by its full name, which holds the reason; the default reporter names only the file. */
export const skipReporter: Reporter = {
  onTestRunEnd(modules) {
    const names = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    );
    if (names.length === 0) console.log('\nNothing was skipped.');
    else console.log(`\nSkipped, and why:\n${names.map((name) => `  ${name}`).join('\n')}`);
  },
};
