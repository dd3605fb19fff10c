import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: real Redis and Prometheus processes run beside the workers.
    maxWorkers: 2,
    // A second try on CI only, shown as such in the output: one busy moment of a shared machine is not a defect.
    retry: process.env.CI ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['{lib,services,engine,cli,scenarios,loadtests}/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['tests/e2e/**'],
          globalSetup: 'tests/support/scratch.ts',
        },
      },
      {
        extends: true,
        // One platform for all of them, brought up by the setup; one file after the other.
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: 'tests/e2e/setup.ts',
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
