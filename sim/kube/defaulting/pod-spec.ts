import { defaultContainer, defaultContainerOfPod } from './container.ts';
import { defaultVolume } from './volume.ts';

/** Fields of an API object, as decoded. */
// biome-ignore lint/suspicious/noExplicitAny: manifests hold anything until they are validated.
export type Fields = Record<string, any>;

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];
const GRACE_PERIOD_SECONDS = 30;

/** What every pod spec gets, also that of a template. Models kubernetes v1.34 pkg/apis/core/v1/defaults.go SetDefaults_PodSpec. */
export function defaultTemplateSpec(given: Fields): Fields {
  const spec: Fields = { ...given };
  for (const list of CONTAINER_LISTS) mapList(spec, list, defaultContainer);
  mapList(spec, 'volumes', defaultVolume);
  if (!spec.restartPolicy) spec.restartPolicy = 'Always';
  spec.terminationGracePeriodSeconds ??= GRACE_PERIOD_SECONDS;
  if (!spec.dnsPolicy) spec.dnsPolicy = 'ClusterFirst';
  spec.securityContext ??= {};
  if (!spec.schedulerName) spec.schedulerName = 'default-scheduler';
  return spec;
}

/** The same with what only a pod itself gets. Models SetDefaults_Pod. */
export function defaultPodSpec(given: Fields): Fields {
  const spec = defaultTemplateSpec(given);
  for (const list of ['containers', 'initContainers']) {
    mapList(spec, list, (container) => defaultContainerOfPod(container, spec.hostNetwork === true));
  }
  spec.enableServiceLinks ??= true;
  return spec;
}

function mapList(spec: Fields, name: string, change: (item: Fields) => Fields): void {
  if (Array.isArray(spec[name])) spec[name] = (spec[name] as Fields[]).map(change);
}
