import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { TEST_LIMIT } from './test/support/limits.ts';
import { moveToOwnMachine } from './test/support/own-machine.ts';
import { listTestFiles } from './test/support/tiers.ts';

await moveToOwnMachine();

// `--mode unit`, `slow`, `matrix` or `windows`: see test/support/tiers.ts.
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

export default defineConfig(({ mode }) => ({
  // As build.mjs does.
  define: { PIPWARD_VERSION: JSON.stringify(version), PIPWARD_FOR_WINDOWS: 'true' },
  test: {
    include: [
      ...listTestFiles(
        mode,
        import.meta.dirname,
        process.argv.some((word) => word.includes('.slow')),
      ),
    ],
    env: { TESTS_RUN: mode },
    setupFiles: ['test/support/clean-environment.ts'],
    // A limit stops a test that hangs; it says nothing about speed. A machine under ten times the load must not reach it.
    testTimeout: TEST_LIMIT,
    hookTimeout: TEST_LIMIT,
    // Tests wait for pips, shells and each other's limits: four fill two cores. Each loads the sources once.
    maxWorkers: 4,
    isolate: false,
    // Real terminals and signals on a machine that somebody else loads, too: CI tries again, and says which.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    reporters: ['default', './test/support/summary-reporter.ts', ['json', { outputFile: `test-results/${mode}.json` }]],
  },
}));
