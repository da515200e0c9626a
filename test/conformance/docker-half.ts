import { probeDockerEngine } from '../../containers/docker/engine.ts';
import { buildImages } from '../../containers/images/build.ts';
import type { CaseResult } from './suite.ts';

/** Why nothing can be played in containers now; undefined if it can. Builds the images that are missing. */
export async function noDocker(images: readonly string[]): Promise<string | undefined> {
  const engine = await probeDockerEngine();
  const tried = engine.tried.map(({ endpoint, problem }) => `${endpoint} (${problem})`).join(', ');
  if (!engine.available) return `not run in docker: no engine answers; tried ${tried}`;
  try {
    await buildImages({ only: images });
    return undefined;
  } catch (error) {
    return `not run in docker: ${(error as Error).message}`;
  }
}

/**
 * The results of cases that were not run in docker: of the environment, counted apart and never as passed; with
 * PROBELAB_REQUIRE_DOCKER=1 failed. The reason stands once.
 */
export function notRun(names: readonly string[], reason: string): CaseResult[] {
  const status = process.env.PROBELAB_REQUIRE_DOCKER === '1' ? 'failed' : 'environment';
  return names.map((name, i) => ({ name: `docker/${name}`, status, ...(i === 0 ? { difference: reason } : {}) }));
}
