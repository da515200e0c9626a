import type { PodSpec } from '../../sim/kube/objects.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { type DockerFactoryOptions, dockerRuntime } from './factory.ts';

/** The docker runtime as a scenario asks for it: its images, and stand-ins for the apps that it describes. */
export function dockerRuntimeFor(
  scenario: Scenario,
  options: Pick<DockerFactoryOptions, 'keep' | 'engine'> = {},
): ReturnType<typeof dockerRuntime> {
  return dockerRuntime({ ...options, images: scenario.images, described: describedImages(scenario) });
}

/** The images of containers whose behaviour the scenario describes: they need not be there. */
function describedImages({ manifests, apps }: Scenario): string[] {
  const images = manifests.flatMap((object) => {
    const spec = object.spec as (PodSpec & { template?: { spec?: PodSpec } }) | undefined;
    const pod = spec?.template?.spec ?? spec;
    return [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]
      .filter((container) => container.name in apps)
      .map((container) => container.image ?? '');
  });
  return [...new Set(images)].filter((image) => image !== '');
}
