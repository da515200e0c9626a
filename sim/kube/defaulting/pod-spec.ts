import { defaultContainer } from './container.ts';
import { defaultVolume } from './volume.ts';

/** Fields of an API object, as decoded. */
// biome-ignore lint/suspicious/noExplicitAny: manifests hold anything until they are validated.
export type Fields = Record<string, any>;

const GRACE_PERIOD_SECONDS = 30;

/** Models kubernetes v1.34 pkg/apis/core/v1/defaults.go SetDefaults_PodSpec and SetDefaults_Pod. */
export function defaultPodSpec(given: Fields): Fields {
  const spec: Fields = { ...given };
  const hostNetwork = spec.hostNetwork === true;
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    if (!Array.isArray(spec[list])) continue;
    spec[list] = (spec[list] as Fields[]).map((container) => defaultContainer(container, hostNetwork));
  }
  if (Array.isArray(spec.volumes)) spec.volumes = (spec.volumes as Fields[]).map(defaultVolume);
  if (!spec.restartPolicy) spec.restartPolicy = 'Always';
  spec.terminationGracePeriodSeconds ??= GRACE_PERIOD_SECONDS;
  if (!spec.dnsPolicy) spec.dnsPolicy = 'ClusterFirst';
  spec.securityContext ??= {};
  if (!spec.schedulerName) spec.schedulerName = 'default-scheduler';
  spec.enableServiceLinks ??= true;
  return spec;
}
