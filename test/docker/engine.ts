import { describe, it } from 'vitest';
import { probeDockerEngine } from '../../containers/docker/engine.ts';
import { buildImages } from '../../containers/images/build.ts';

const probe = await probeDockerEngine();
const reason = probe.tried.map(({ endpoint, problem }) => `${endpoint}: ${problem}`).join(', ');

/**
 * A suite that needs a Docker engine. Without one its tests are reported as skipped, with the reason in the suite's
 * name; with PROBELAB_REQUIRE_DOCKER=1 that is a failure.
 */
export function describeDocker(name: string, suite: () => void): void {
  if (probe.available) describe(name, suite);
  else if (process.env.PROBELAB_REQUIRE_DOCKER === '1') {
    describe(name, () => {
      it('has a Docker engine', () => {
        throw new Error(`PROBELAB_REQUIRE_DOCKER=1, but no engine answers (${reason})`);
      });
    });
  } else describe.skip(`${name} [skipped, no Docker engine: ${reason}]`, suite);
}

/** Builds what is missing or out of date; a check of some 150 ms once everything is there. */
export async function ensureImages(only?: readonly string[]): Promise<void> {
  await buildImages(only === undefined ? {} : { only });
}
