import { beforeAll } from 'vitest';
import { dockerRuntimeFor } from '../../containers/docker/scenario-runtime.ts';
import { describeScenarios } from '../../testing/vitest.ts';
import { describeDocker, ensureImages } from './engine.ts';

/** Runs that begin in one moment have their containers start late. */
const START_APART_MS = 2000;
let lastStart = Number.NEGATIVE_INFINITY;

async function turn(): Promise<void> {
  const start = Math.max(performance.now(), lastStart + START_APART_MS);
  lastStart = start;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, start - performance.now())));
}

// Every scenario with real containers, in real time. They mostly wait, so several run side by side.
describeDocker('scenarios on Docker', () => {
  beforeAll(async () => {
    await ensureImages();
  });
  describeScenarios('scenarios/**', {
    runtime: 'docker',
    concurrent: true,
    timeout: 600_000,
    run: async (scenario) => {
      await turn();
      return { runtime: dockerRuntimeFor(scenario) };
    },
  });
});
