import { defineConfig } from 'vitest/config';

// Said of every project: one without an order is run after those that have one.
const COMPUTES = { groupOrder: 1 };

/** Ms after which a test hangs for sure: on a busy machine a second's work takes many. */
const A_HANG = 120_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{sim,containers,testing,cli}/**/*.test.ts'],
          sequence: COMPUTES,
          testTimeout: A_HANG,
          hookTimeout: A_HANG,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          sequence: COMPUTES,
          testTimeout: A_HANG,
          hookTimeout: A_HANG,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          sequence: COMPUTES,
          testTimeout: A_HANG,
          hookTimeout: A_HANG,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: A_HANG,
          hookTimeout: A_HANG,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 1_800_000, sequence: COMPUTES } },
      {
        test: {
          name: 'docker',
          // Real time and real containers: alone, when everything that computes is done.
          sequence: { groupOrder: 3 },
          include: ['test/docker/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Scenarios in real containers mostly wait.
          maxConcurrency: 10,
          // A machine that was busy with something else for a second is told from a fault: that one comes again. What
          // passed only then is marked "(retry x1)" in the report.
          retry: 1,
        },
      },
    ],
  },
});
