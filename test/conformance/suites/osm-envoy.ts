import { inContainers } from '../docker-half.ts';
import { casesOf } from '../golden.ts';
import type { ObservedCase } from '../osm/envoy-case.ts';
import { openDockerStages } from '../osm/envoy-docker.ts';
import { playOnEnvoy } from '../osm/envoy-play.ts';
import { openVirtualStage } from '../osm/envoy-virtual.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** Each case twice: on the modelled Envoy, and as `docker/NAME` on a real one. */
export const suite: Suite = {
  name: 'osm-envoy',
  about: "OSM's probe listeners in the modelled Envoy and in a real one, against what was recorded of a real one",
  async *run(files, options) {
    yield* playVirtual(files, options);
    yield* playDocker(files, options);
  },
};

/** The cases on the modelled Envoy, in virtual time. */
export async function* playVirtual(files: readonly string[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  for (const item of casesOf<ObservedCase>(files, options.caseName)) {
    yield playOnEnvoy(item, openVirtualStage, options.sideBySide);
  }
}

/** Cases that run at the same time: they mostly wait. */
const AT_ONCE = 4;

/** The cases on a real Envoy. */
export function playDocker(files: readonly string[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  const items = [...casesOf<ObservedCase>(files, options.caseName)];
  return inContainers(items, ['pause', 'envoy'], (these) => playOnRealEnvoys(these, options));
}

async function* playOnRealEnvoys(items: readonly ObservedCase[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  const stages = await openDockerStages();
  try {
    const open = (item: ObservedCase) => stages.open(item);
    yield* inOrder(items, async (item) => {
      const result = await playOnEnvoy(item, open, options.sideBySide);
      return { ...result, name: `docker/${item.name}` };
    });
  } finally {
    await stages.close();
  }
}

/** Plays several at once, and gives their results in the order of the items. */
async function* inOrder(
  items: readonly ObservedCase[],
  play: (item: ObservedCase) => Promise<CaseResult>,
): AsyncGenerator<CaseResult> {
  const results = items.map(() => Promise.withResolvers<CaseResult>());
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i];
      if (item !== undefined) results[i]?.resolve(await safely(item, play));
    }
  };
  for (let i = 0; i < AT_ONCE; i++) void lane();
  try {
    for (const { promise } of results) yield await promise;
  } finally {
    // Who stops listening wants no more of them.
    next = items.length;
  }
}

function safely(item: ObservedCase, play: (item: ObservedCase) => Promise<CaseResult>): Promise<CaseResult> {
  return play(item).catch((error: unknown) => ({
    name: `docker/${item.name}`,
    status: 'failed' as const,
    difference: error instanceof Error ? error.message : String(error),
  }));
}
