import { containersOf, imageOverrides } from '../../sim/scenario/image-overrides.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { type DockerFactoryOptions, dockerRuntime } from './factory.ts';

/** The docker runtime as a scenario asks for it: its images, and stand-ins for the apps that it describes. */
export function dockerRuntimeFor(
  scenario: Scenario,
  options: Pick<DockerFactoryOptions, 'keep' | 'engine'> = {},
): ReturnType<typeof dockerRuntime> {
  return dockerRuntime({ ...options, images: imageOverrides(scenario), described: describedImages(scenario) });
}

/** The images of containers whose behaviour the scenario describes: they need not be there. */
function describedImages({ manifests, apps }: Scenario): string[] {
  const described = manifests.flatMap(containersOf).filter(({ name }) => name in apps);
  return [...new Set(described.map(({ image }) => image ?? ''))].filter((image) => image !== '');
}
