import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/clean-environment.ts'],
    // End-to-end tests start real pips, several seconds each on a small machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Real terminals and signals on a machine that somebody else loads, too: CI tries again, and says which.
    retry: process.env['CI'] === 'true' ? 2 : 0,
    reporters: ['default', './test/support/summary-reporter.ts', ['json', { outputFile: 'dist/test-results.json' }]],
  },
});
