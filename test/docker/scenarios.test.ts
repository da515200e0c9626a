import { beforeAll } from 'vitest';
import { dockerRuntimeFor } from '../../containers/docker/scenario-runtime.ts';
import { describeScenarios } from '../../testing/vitest.ts';
import { describeDocker, ensureImages } from './engine.ts';

// Every scenario with real containers, in real time. They mostly wait, so several run side by side.
describeDocker('scenarios on Docker', () => {
  beforeAll(async () => {
    await ensureImages();
  });
  describeScenarios('scenarios/**', {
    runtime: 'docker',
    concurrent: true,
    timeout: 600_000,
    run: (scenario) => ({ runtime: dockerRuntimeFor(scenario) }),
  });
});
