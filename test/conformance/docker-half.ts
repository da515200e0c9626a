import { probeDockerEngine } from '../../containers/docker/engine.ts';
import { buildImages } from '../../containers/images/build.ts';
import type { CaseResult } from './suite.ts';

/**
 * Plays cases in containers, of these images among others. Without an engine, or without an image, each is reported as
 * depending on the environment, never as passed; with PROBELAB_REQUIRE_DOCKER=1 as failed.
 */
export async function* inContainers<Case extends { name: string }>(
  items: readonly Case[],
  images: readonly string[],
  play: (items: readonly Case[]) => AsyncIterable<CaseResult>,
): AsyncGenerator<CaseResult> {
  if (items.length === 0) return;
  const reason = await noDocker(images);
  if (reason === undefined) yield* play(items);
  else yield* notRun(items, reason);
}

/** Why nothing can be played in containers now; undefined if it can. Builds the images that are missing. */
async function noDocker(images: readonly string[]): Promise<string | undefined> {
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

/** The reason stands once. */
function notRun(items: readonly { name: string }[], reason: string): CaseResult[] {
  const status = process.env.PROBELAB_REQUIRE_DOCKER === '1' ? 'failed' : 'environment';
  return items.map(({ name }, i) => ({ name: `docker/${name}`, status, ...(i === 0 ? { difference: reason } : {}) }));
}
