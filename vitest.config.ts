import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{sim,containers,testing,cli}/**/*.test.ts'] } },
      { test: { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'] } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 1_800_000 } },
      {
        test: {
          name: 'docker',
          // Real time and real containers: alone, when everything that computes is done.
          sequence: { groupOrder: 2 },
          include: ['test/docker/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Scenarios in real containers mostly wait.
          maxConcurrency: 8,
        },
      },
    ],
  },
});
